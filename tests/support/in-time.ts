/** Milliseconds until something is done, well or not, without those in which this machine was at other work. */
export async function timeUntil(done: Promise<unknown>): Promise<number> {
  let isDone = false;
  const end = () => (isDone = true);
  done.then(end, end);
  let spent = 0;
  let at = performance.now();
  let cpu = process.cpuUsage();
  while (!isDone) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    const { user, system } = process.cpuUsage(cpu);
    cpu = process.cpuUsage();
    const passed = performance.now() - at;
    at += passed;
    spent += Math.min(passed, 10 + (user + system) / 1000);
  }
  return spent;
}

/**
 * Whether something of this thread alone is done, well or not, before a timer of `ms` of it: what holds up one holds up
 * the other. Where the thread was held up all along, what has come meanwhile is seen to first.
 */
export async function isDoneWithin(ms: number, done: Promise<unknown>): Promise<boolean> {
  let isDone = false;
  const end = () => (isDone = true);
  const late = new Promise((resolve) => setTimeout(resolve, ms));
  await Promise.race([done.then(end, end), late]);
  for (let turn = 0; turn < 20 && !isDone; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  return isDone;
}

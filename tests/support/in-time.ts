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

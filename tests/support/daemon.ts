import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Why a test with a real server is skipped; null where it is installed. */
export function whyNot(command: string, versionFlag: string): string | null {
  return spawnSync(command, [versionFlag]).error ? `${command} is not installed` : null;
}

export interface Daemon {
  readonly folder: string;
  stop(): Promise<void>;
}

/** Where servers say that they can be asked: they listen before, and refuse what they are asked then. */
const readiness: Readonly<Record<string, string>> = {
  prometheus: '/-/ready',
  'prometheus-alertmanager': '/-/ready'
};

/** A server program of this machine with a folder of its own, up when `port` answers. `config` is written there as `config`. */
export async function startDaemon(
  command: string,
  argumentsOf: (folder: string) => readonly string[],
  config: string,
  port: number
): Promise<Daemon> {
  const folder = mkdtempSync(path.join(tmpdir(), 'qm-daemon-'));
  writeFileSync(path.join(folder, 'config'), config);
  const child = spawn(command, argumentsOf(folder), { cwd: folder, stdio: 'ignore' });
  const stop = async () => {
    await ended(child);
    rmSync(folder, { recursive: true, force: true });
  };
  for (let tries = 0; tries < 300; tries++) {
    if (await isUp(port, readiness[command])) return { folder, stop };
    if (child.exitCode !== null) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await stop();
  throw new Error(`${command} did not come up`);
}

/** Below those that systems give to whoever asks for any port, or connects from one. */
const firstPort = 20_000;
const portsEach = 100;
let asked = 0;

/**
 * A port where nobody listens, and which nobody else takes before it is listened at, or while what listens there is
 * down: each process of those that run tests side by side has ports of its own.
 */
export async function freePort(): Promise<number> {
  const { VITEST_POOL_ID, TEST_PARALLEL_INDEX } = process.env;
  const own = firstPort + (Number(VITEST_POOL_ID ?? TEST_PARALLEL_INDEX ?? 0) % 100) * portsEach;
  for (let tries = 0; tries < portsEach; tries++) {
    const port = own + (asked++ % portsEach);
    if (await isFree(port)) return port;
  }
  throw new Error(`No port is free from ${own} on`);
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}

async function isUp(port: number, readyAt?: string): Promise<boolean> {
  if (readyAt === undefined) return answers(port);
  return fetch(`http://127.0.0.1:${port}${readyAt}`).then(
    ({ ok }) => ok,
    () => false
  );
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

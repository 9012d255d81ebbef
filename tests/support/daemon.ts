import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
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
  for (let tries = 0; tries < 150; tries++) {
    if (await answers(port)) return { folder, stop };
    if (child.exitCode !== null) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await stop();
  throw new Error(`${command} did not come up`);
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
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

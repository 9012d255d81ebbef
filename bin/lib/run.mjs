import { spawn } from 'node:child_process';
import { root } from './paths.mjs';

/** Runs a command in the project's root with its output shown; resolves to its exit status. */
export function run(command, args, env = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...env },
      shell: process.platform === 'win32'
    });
    child.on('error', reject);
    child.on('exit', (status, signal) => resolve(signal ? 1 : status));
  });
}

/** Runs a tool of node_modules by the name of its command. */
export function tool(name, args, env) {
  return run('npx', ['--no-install', name, ...args], env);
}

import { formatDuration, parseDuration } from '#lib/base/duration.ts';
import { Cancelled, ProblemError, type Problem } from '#lib/base/problem.ts';
import { problem } from '#lib/problems/index.ts';
import { connect, type Connection } from '#lib/rpc/client.ts';
import type { Job } from './engine.ts';
import type { SandboxRunner } from './sandbox-model.ts';
import type { ScriptContract } from './script-host.ts';

const defaultLimit = 30_000;
const startLimit = 15_000;

/** Addresses of the sandbox's page and of the bundled worker that runs in it. */
export interface SandboxUrls {
  readonly page: string;
  readonly worker: string;
}

/**
 * Runs each script in a frame of its own: `sandbox="allow-scripts"` gives it an opaque origin, so that it shares
 * no storage with the site, and its policy allows no request. The worker's text is sent in, since a frame of
 * another origin may not load it. Taking the frame out of the page ends a script that does not yield.
 */
export function createSandbox(urls: SandboxUrls): SandboxRunner {
  const running = new Set<Frame>();
  let source: Promise<string> | null = null;

  /** Fetched once; a failure is not kept. */
  function workerSource(): Promise<string> {
    source ??= textOf(urls.worker);
    source.catch(() => (source = null));
    return source;
  }

  return {
    async run(job, inputs, signal) {
      const limit = limitOf(job);
      if (signal.aborted) throw new Cancelled();
      const text = await workerSource();
      if (signal.aborted) throw new Cancelled();
      const frame = openFrame(urls.page, text);
      running.add(frame);
      const cancel = () => frame.end(new Cancelled());
      signal.addEventListener('abort', cancel, { once: true });
      try {
        await frame.started;
        const late = () =>
          frame.end(problem('script.time-limit', { limit: formatDuration(limit) }));
        const timer = setTimeout(late, limit);
        const transfer = Object.values(inputs).map((ipc) => ipc.buffer as ArrayBuffer);
        try {
          return await frame.connection.call('runScript', { job, inputs }, { transfer });
        } finally {
          clearTimeout(timer);
        }
      } finally {
        signal.removeEventListener('abort', cancel);
        frame.end(new Cancelled());
        running.delete(frame);
      }
    },

    dispose() {
      for (const frame of running) frame.end(new Cancelled());
    }
  };
}

interface Frame {
  readonly connection: Connection<ScriptContract>;
  readonly started: Promise<void>;
  /** Takes the frame away; what waits for it rejects with `reason`. */
  end(reason: Problem | Cancelled): void;
}

function openFrame(page: string, source: string): Frame {
  const { port1, port2 } = new MessageChannel();
  const connection = connect<ScriptContract>(port1, { name: 'script' });
  const element = document.createElement('iframe');
  element.setAttribute('sandbox', 'allow-scripts');
  element.hidden = true;
  element.src = page;
  const handOver = () => element.contentWindow?.postMessage({ source }, '*', [port2]);
  element.addEventListener('load', handOver, { once: true });

  const end = (reason: Problem | Cancelled) => {
    clearTimeout(timer);
    removeEventListener('message', listen);
    connection.close(reason);
    port1.close();
    element.remove();
  };
  const listen = (event: MessageEvent<{ failed?: unknown }>) => {
    if (event.source === element.contentWindow && typeof event.data.failed === 'string')
      end(problem('script.sandbox', { detail: event.data.failed }));
  };
  addEventListener('message', listen);
  const silent = problem('script.sandbox', { detail: 'It did not answer.' });
  const timer = setTimeout(() => end(silent), startLimit);
  document.body.append(element);
  return { connection, started: connection.ready.then(() => clearTimeout(timer)), end };
}

async function textOf(url: string): Promise<string> {
  let detail: string;
  try {
    const response = await fetch(url);
    if (response.ok) return await response.text();
    detail = `Its code answered with status ${response.status}.`;
  } catch (error) {
    detail = error instanceof Error ? error.message : String(error);
  }
  throw new ProblemError(problem('script.sandbox', { detail }));
}

/** The time limit of a script: the flag `timeout=`, else 30 s. */
function limitOf({ cell }: Job): number {
  const flag = cell.flags?.['timeout'];
  if (flag === undefined) return defaultLimit;
  const limit = parseDuration(flag);
  if (limit === null || limit <= 0)
    throw new ProblemError(problem('script.timeout-flag', { got: `"${flag}"` }));
  return limit;
}

import { toBase64 } from '#lib/base/base64.ts';
import { toRows } from '#lib/base/columns.ts';
import type { Keeper } from '#lib/state/keeper.svelte.ts';
import { sqlScript } from '#lib/state/script/index.ts';
import type { Session } from '#lib/state/session.svelte.ts';
import { allDone, summariseCells, summariseProblem } from '#lib/state/summary.ts';
import type { Automation } from './automation-model.ts';

declare global {
  interface Window {
    quartermaster?: Automation;
  }
}

/** What the bridge needs beside the session: proofs that only the machinery of the engine can give. */
export interface Probes {
  killWorker(which: 'data' | 'compute' | 'model' | 'stream'): void;
  probeNetwork(url: string): Promise<'blocked' | 'sent'>;
}

const rowLimit = 10_000;
const pollMs = 20;
/** How long live sources may take to end, and what reads them to run after that. */
const finishMs = 5000;
const afterMs = 60_000;

/** Puts the bridge on the window. Runs take the same way as a reader's: every call is one of the session's own commands. */
export function installAutomation(session: Session, keeper: Keeper, probes: Probes): void {
  let speed: number | null = null;
  let lastMs = 0;
  let made = new Blob();

  const settled = async (timeout: number) => {
    await session.start();
    const end = performance.now() + timeout;
    while (session.busy && performance.now() < end) await pause(pollMs);
  };

  const isLive = () => [...session.results.states.values()].some(({ at }) => at === 'live');

  /** Live sources have no end of their own: they are done with what has come, and what reads them may still run. */
  const stopAfter = async (timeout: number, done: AbortSignal) => {
    await pause(timeout);
    if (done.aborted) return;
    if (isLive()) {
      session.engine.finishFeeds();
      const end = performance.now() + finishMs;
      while (isLive() && performance.now() < end) await pause(pollMs);
      if (!isLive()) await pause(afterMs);
    }
    if (!done.aborted) session.cancel();
  };

  window.quartermaster = {
    async openText(text) {
      keeper.suspend();
      // What follows, files and parameters, comes one by one: nothing runs until it is asked to.
      session.setAutoRun(false);
      session.adjustments.automatic = false;
      session.allowScripts();
      session.allowNetwork();
      session.edit.text(text, '');
    },
    text: () => session.text,
    async filesReady(count) {
      await session.start();
      while (session.files.list.length < count) await pause(pollMs);
      await session.settled();
    },
    setConnections: (connections) => session.setConnections(connections),
    async setParam(name, value) {
      session.setParam(name, value);
    },
    rename(from, to) {
      const key = session.keyOf(from);
      if (key !== undefined) session.edit.rename(key, to);
    },
    async runAll(timeout, cells) {
      await session.settled();
      session.engine.setSpeed(speed ?? Number.POSITIVE_INFINITY);
      const began = performance.now();
      const run = cells ? session.run(cells) : session.runAll();
      const done = new AbortController();
      void stopAfter(timeout, done.signal);
      await run;
      await session.adjustments.settle();
      done.abort();
      lastMs = performance.now() - began;
      session.setAutoRun(true);
    },
    settled,
    cancel: (cell) => session.cancel(cell),
    setSpeed(next) {
      speed = next;
      session.engine.setSpeed(next);
    },
    report() {
      const cells = summariseCells(session);
      const problems = session.notebook.problems.map(summariseProblem);
      return { ok: allDone(cells), ms: Math.round(lastMs), cells, problems };
    },
    relations: () =>
      session.graph.cells.flatMap(({ id }) => session.results.relationsOf(id).map((r) => r.name)),
    sqlScript: () => sqlScript(session),
    async export(relation, format) {
      made = await session.engine.export(relation, format);
      return made.size;
    },
    exported: async (from, to) =>
      toBase64(new Uint8Array(await made.slice(from, to).arrayBuffer())),
    query: async (sql) => toRows(await session.engine.query(sql, rowLimit)),
    profile: async (relation) => (await session.engine.engine).profile(relation),
    kept: () => session.engine.kept(),
    running: () =>
      session.graph.cells
        .flatMap(({ id, name }) => {
          const state = session.results.state(id);
          if (state.at !== 'running' && state.at !== 'live') return [];
          const { done, total, note } = state.progress ?? {};
          const share = total && done !== undefined ? ` ${Math.round((100 * done) / total)} %` : '';
          return [`${name}${share}${note ? ` (${note})` : ''}`];
        })
        .join(', '),
    killWorker: (which) => probes.killWorker(which),
    async probeNetwork(url) {
      const page = await fetch(url).then(
        () => 'sent',
        () => 'blocked'
      );
      return { page, worker: await probes.probeNetwork(url) };
    }
  };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

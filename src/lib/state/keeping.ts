import type { Engine } from '#lib/runtime/engine.ts';

/** Results on their way to the cache. */
export class Keeping {
  #pending: Promise<unknown> = Promise.resolve();

  /** The same engine; what it is asked to keep is waited for by `done`. */
  watch(engine: Engine): Engine {
    return {
      run: (job, options) => engine.run(job, options),
      pause: (run, paused) => engine.pause(run, paused),
      restore: (fingerprint, cell) => engine.restore(fingerprint, cell),
      keep: (fingerprint, cell, outcome) => {
        const kept = engine.keep(fingerprint, cell, outcome);
        this.#pending = Promise.allSettled([this.#pending, kept]);
        return kept;
      },
      drop: (relations) => engine.drop(relations),
      page: (request, signal) => engine.page(request, signal),
      query: (sql, limit, signal) => engine.query(sql, limit, signal),
      profile: (relation, signal) => engine.profile(relation, signal),
      export: (relation, format, options) => engine.export(relation, format, options),
      lookAt: (files) => engine.lookAt(files),
      addFiles: (files) => engine.addFiles(files),
      removeFile: (name) => engine.removeFile(name),
      setConnections: (connections) => engine.setConnections(connections),
      fileMark: (source) => engine.fileMark(source),
      setGrowingFiles: (files) => engine.setGrowingFiles(files),
      setSpeed: (speed) => engine.setSpeed(speed),
      finishFeeds: () => engine.finishFeeds(),
      forgetLog: (cell) => engine.forgetLog(cell),
      onRestart: (listener) => engine.onRestart(listener),
      memory: () => engine.memory(),
      tableSizes: () => engine.tableSizes(),
      keptBytes: () => engine.keptBytes(),
      forgetKept: () => engine.forgetKept(),
      dispose: () => engine.dispose()
    };
  }

  /** Resolves when everything asked for so far is kept, or was refused. */
  async done(): Promise<void> {
    await this.#pending;
  }
}

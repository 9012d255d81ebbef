import type { Scalar } from '#lib/base/problem.ts';
import type { Change, Decision } from '#lib/cells/core/change.ts';
import { kinds } from '#lib/cells/registry.ts';
import { m } from '#lib/messages/messages.svelte.ts';
import { decide } from '#lib/notebook/decide.ts';
import type { Session } from './session.svelte.ts';

/** What is to run again after decisions: forecasts that are fitted anew, and whatever depends on a change. */
interface Rerun {
  readonly refit: readonly string[];
  readonly again: readonly string[];
}

const nothing: Rerun = { refit: [], again: [] };

/** What the adjustments of a session need of it besides its commands. */
interface Hooks {
  /** Values that stand in for those in the text, as the command line gives them. */
  params(): Readonly<Record<string, Scalar>>;
  setParam(name: string, value: Scalar): void;
  /** Whether changes that no person approves may be made now. */
  mayAct(): boolean;
}

/**
 * Makes the changes that `adjust` cells propose: each set of decisions is one edit of the text, one step to undo, and
 * whatever has run, or could not, and depends on what changed runs again. A change that a stated rule approves is made once in
 * a session, so that what the reader undoes stays undone; that changes do not call for each other without end is the
 * cell's own doing, which looks at the time of the events (`cells/adjust/guards.ts`).
 */
export class Adjustments {
  /** Off for the command line, which makes what is due in one pass, once everything has run. */
  automatic = true;
  readonly #session: Session;
  readonly #hooks: Hooks;
  readonly #made = new Set<string>();

  constructor(session: Session, hooks: Hooks) {
    this.#session = session;
    this.#hooks = hooks;
  }

  /** Writes decisions of a cell, and runs again what depends on what they changed. */
  async decide(cell: string, decisions: readonly Decision[]): Promise<void> {
    await this.#rerun(this.#write(cell, decisions));
  }

  /** A cell has a result: makes what a stated rule has approved in it, unless that is left to `settle`. */
  consider(cell: string): void {
    if (!this.automatic || this.#due(cell).length === 0) return;
    queueMicrotask(() => {
      if (this.#hooks.mayAct()) void this.decide(cell, this.#due(cell)).catch(() => undefined);
    });
  }

  /** One pass over all cells: makes what is due, and waits for what runs again. */
  async settle(): Promise<void> {
    const made = this.#session.graph.cells.map(({ id }) => this.#write(id, this.#due(id)));
    await this.#rerun({
      refit: made.flatMap(({ refit }) => refit),
      again: made.flatMap(({ again }) => again)
    });
  }

  async #rerun({ refit, again }: Rerun): Promise<void> {
    const runs = [];
    if (refit.length > 0) runs.push(this.#session.run([...new Set(refit)], { force: true }));
    if (again.length > 0) runs.push(this.#session.run([...new Set(again)]));
    await Promise.all(runs);
  }

  #write(cell: string, decisions: readonly Decision[]): Rerun {
    const session = this.#session;
    if (session.readOnly) return nothing;
    let { notebook } = session;
    let params = this.#hooks.params();
    const changed = new Set<string>();
    const refit = new Set<string>();
    for (const decision of decisions) {
      const decided = decide(notebook, cell, decision, { kinds, params });
      if (!decided) continue;
      ({ notebook, params } = decided);
      if (decided.changed !== null) changed.add(decided.changed);
      if (decided.changed !== null && decision.change.action === 'refit')
        refit.add(decided.changed);
      if (decision.by === 'auto') this.#made.add(causeOf(cell, decision.change));
    }
    if (notebook === session.notebook) return nothing;
    const again = this.#toRunAgain([cell, ...changed]);
    session.commit(notebook, m().page.undo.decision([...changed].join(', ') || cell));
    const before = this.#hooks.params();
    for (const [name, value] of Object.entries(params)) {
      if (value !== before[name]) this.#hooks.setParam(name, value);
    }
    return { refit: [...refit], again: again.filter((id) => !refit.has(id)) };
  }

  /** What a stated rule has approved and this session has not made. */
  #due(cell: string): Decision[] {
    const { results } = this.#session;
    if (results.state(cell).at !== 'done') return [];
    const report = results.outcomes.get(cell)?.report as { readonly due?: unknown } | null;
    const due = Array.isArray(report?.due) ? (report.due as readonly Change[]) : [];
    return due
      .filter((change) => !this.#made.has(causeOf(cell, change)))
      .map((change) => ({ change, verdict: 'approved', by: 'auto' }));
  }

  /** `cells` and everything downstream of them that has a result, or has been asked for one in vain. */
  #toRunAgain(cells: readonly string[]): string[] {
    const { graph, results } = this.#session;
    const reached = new Set<string>();
    const visit = (id: string) => {
      if (reached.has(id)) return;
      reached.add(id);
      for (const next of graph.byId.get(id)?.downstream ?? []) visit(next);
    };
    cells.forEach(visit);
    const isInVain = (id: string) => ['error', 'blocked'].includes(results.state(id).at);
    return [...reached].filter(
      (id) => results.outcomes.has(id) || results.live.has(id) || isInVain(id)
    );
  }
}

function causeOf(cell: string, { entry }: Change): string {
  return JSON.stringify([cell, entry['time'], entry['trigger']]);
}

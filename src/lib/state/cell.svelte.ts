import type { Problem } from '#lib/base/problem.ts';
import type { RelationInfo } from '#lib/cells/core/context.ts';
import type { CellKind } from '#lib/cells/core/define.ts';
import type { ViewCell, ViewData } from '#lib/cells/core/view.ts';
import { kinds } from '#lib/cells/registry.ts';
import type { GraphCell } from '#lib/notebook/graph-model.ts';
import type { CellBlock } from '#lib/notebook/model.ts';
import type { LiveUpdate, Outcome } from '#lib/runtime/engine.ts';
import type { CellState } from '#lib/runtime/states.ts';
import type { Session } from './session.svelte.ts';

const edited: CellState = { at: 'stale', reason: { why: 'edited' } };
const off: CellState = { at: 'off' };
const noCell: CellBlock = {
  type: 'cell',
  raw: '',
  language: '',
  kind: '',
  name: '',
  flags: {},
  body: '',
  bodyLine: 1,
  broken: null,
  conflict: null
};

/** Another cell, as a link to it. */
export interface CellLink {
  readonly id: string;
  readonly name: string;
}

/** One cell as the page shows it: nothing but getters over the session. It stays the same while the cell is edited, renamed or moved. */
export class CellHandle {
  readonly key: string;
  readonly #session: Session;

  constructor(session: Session, key: string) {
    this.#session = session;
    this.key = key;
  }

  readonly block: CellBlock = $derived.by(() => {
    const block = this.#session.blockOf(this.key);
    return block?.type === 'cell' ? block : noCell;
  });

  /** The cell in the graph; undefined for a broken fence. */
  readonly node: GraphCell | undefined = $derived.by(() => this.#session.graphCellOf(this.key));

  get id(): string {
    return this.node?.id ?? this.block.name;
  }

  get name(): string {
    return this.block.name;
  }

  get kindName(): string {
    return this.block.kind;
  }

  get kind(): CellKind | undefined {
    return kinds.get(this.block.kind);
  }

  get body(): string {
    return this.block.body;
  }

  /** The cell as its view sees it. */
  readonly view: ViewCell = $derived({
    name: this.name,
    kind: this.kindName,
    body: this.body,
    config: this.node?.cell?.config ?? null
  });

  get runs(): boolean {
    return this.node?.status === 'ready';
  }

  readonly state: CellState = $derived.by(() => {
    if (this.block.flags['run'] === 'off' || this.node?.status === 'unknown-kind') return off;
    const state = this.#session.results.state(this.id);
    if (state.at === 'done' && this.#session.isTyped(this.key)) return edited;
    return state;
  });

  /** Whether it is under way in a manner that can be held: where it computes. */
  get pausable(): boolean {
    return this.state.at === 'running' && this.kind?.mode === 'compute';
  }

  get paused(): boolean {
    return this.state.at === 'running' && this.state.pausedAt !== undefined;
  }

  get outcome(): Outcome | null {
    return this.#session.results.outcomes.get(this.id) ?? null;
  }

  get live(): LiveUpdate | null {
    return this.#session.results.live.get(this.id) ?? null;
  }

  /** What the run under way has shown of its result. */
  get preview(): unknown {
    return this.#session.results.previews.get(this.id) ?? null;
  }

  /** Whether its run may be asked to end with what is done. */
  get endsEarly(): boolean {
    const cell = this.node?.cell;
    return cell ? (this.kind?.endsEarly?.(cell) ?? false) : false;
  }

  /** Whether it shows what another tab does. */
  get isMirror(): boolean {
    return this.#session.mirrors?.has(this.id) ?? false;
  }

  get revision(): number {
    return this.#session.results.revision(this.id);
  }

  get data(): ViewData {
    return this.#session.results.dataOf(this.id);
  }

  get relations(): readonly RelationInfo[] {
    return this.#session.results.relationsOf(this.id);
  }

  /** A result of the last visit that the engine has not confirmed yet. */
  get unconfirmed(): boolean {
    return (
      this.#session.engine.status.at !== 'ready' && this.#session.results.unconfirmed.has(this.id)
    );
  }

  /** Whether a live cell lies upstream, at any distance: its `refresh` then says how often it runs again. */
  readonly readsStream: boolean = $derived.by(() =>
    this.#upstreamOf((n) => n.kind?.mode === 'live')
  );

  /** Whether its result is of a stream that goes on. */
  readonly follows: boolean = $derived.by(
    () =>
      this.state.at === 'done' &&
      this.readsStream &&
      this.#upstreamOf((n) => this.#session.results.state(n.id).at === 'live')
  );

  #upstreamOf(is: (node: GraphCell) => boolean): boolean {
    const { byId } = this.#session.graph;
    const seen = new Set<string>();
    const visit = (ids: readonly string[]): boolean =>
      ids.some((id) => {
        const node = byId.get(id);
        if (!node || seen.has(id)) return false;
        seen.add(id);
        return is(node) || visit(node.upstream);
      });
    return visit(this.node?.upstream ?? []);
  }

  /** Whether what is shown is not what the text gives now. */
  readonly dimmed: boolean = $derived.by(() => {
    const { at } = this.state;
    if (this.outcome === null) return false;
    if (at === 'error') return !this.#failedCheck;
    return at === 'stale' || at === 'blocked' || at === 'queued' || at === 'cancelled';
  });

  get #failedCheck(): boolean {
    return this.outcome?.failed !== undefined;
  }

  /** Everything wrong with it: in the graph, in its last run, and the warnings of its outcome or of the run that is live; each once. */
  readonly problems: readonly Problem[] = $derived.by(() => {
    const state = this.state;
    const all = [
      ...(this.node?.problems ?? []),
      ...(state.at === 'error' ? state.problems : []),
      ...(state.at === 'stale' ? [] : ((this.live ?? this.outcome)?.problems ?? []))
    ];
    const seen = new Set<string>();
    return all.filter((p) => {
      const key = `${p.code} ${p.message} ${p.span?.line ?? ''}`;
      return seen.has(key) ? false : seen.add(key);
    });
  });

  /** The cells whose relations it reads, and those that read its own. */
  readonly reads: readonly CellLink[] = $derived(this.#links(this.node?.upstream));
  readonly readBy: readonly CellLink[] = $derived(this.#links(this.node?.downstream));

  #links(ids: readonly string[] | undefined): readonly CellLink[] {
    const { byId } = this.#session.graph;
    return (ids ?? []).flatMap((id) => {
      const cell = byId.get(id);
      return cell ? [{ id, name: cell.name }] : [];
    });
  }

  /** Whether the form can show it: a YAML body that its kind has a schema for. */
  get hasForm(): boolean {
    return this.kind?.body.schema !== undefined;
  }

  /** How long the last good run took; null before there was one. */
  get lastMs(): number | null {
    return this.#session.results.lastMs(this.id);
  }

  get costly(): boolean {
    return this.node?.costly === true || this.node?.runFlag === 'manual';
  }

  get show(): GraphCell['show'] {
    return this.node?.show ?? 'both';
  }
}

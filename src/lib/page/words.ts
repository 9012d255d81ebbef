import { formatDuration } from '#lib/base/duration.ts';
import { formatInteger, formatNumber, formatSpan } from '#lib/base/format.ts';
import type { Progress } from '#lib/cells/core/context.ts';
import type { Language } from '#lib/messages/messages.svelte.ts';
import type { Messages } from '#lib/messages/en.ts';
import type { CellState } from '#lib/runtime/states.ts';
import type { CellHandle } from '#lib/state/cell.svelte.ts';
import type { Mark } from '#lib/ui/marks.ts';

export interface Voice {
  readonly m: Messages;
  readonly lang: Language;
}

/** What a cell's heading says about its state: the first part in the colour of the state, the rest quiet. */
export interface StateWords {
  readonly mark: Mark;
  readonly tone: 'quiet' | 'wait' | 'bad' | 'accent';
  readonly parts: readonly string[];
}

/** The state of a cell in words: what, how much, how long. */
export function stateWords(cell: CellHandle, now: number, { m, lang }: Voice): StateWords {
  const words = m.page.state;
  const state = cell.state;
  if (cell.block.broken) return { mark: 'error', tone: 'bad', parts: [words.broken] };
  if (cell.node?.status === 'unknown-kind' || (cell.kindName && !cell.kind)) {
    return { mark: 'off', tone: 'quiet', parts: [words.newer] };
  }
  switch (state.at) {
    case 'off':
      return { mark: 'off', tone: 'quiet', parts: [words.off] };
    case 'done': {
      if (cell.follows) {
        const refresh = cell.node?.refresh ?? null;
        const pace = typeof refresh === 'number' ? formatDuration(refresh) : refresh;
        const parts = [words.live, words.refresh(pace), ...sizes(cell, { m, lang })];
        return { mark: 'live', tone: 'accent', parts };
      }
      return {
        mark: 'done',
        tone: 'quiet',
        parts: [
          ...sizes(cell, { m, lang }),
          ...(cell.lastMs === null ? [] : [formatSpan(cell.lastMs, lang)])
        ]
      };
    }
    case 'stale': {
      if (cell.unconfirmed) {
        return { mark: 'done', tone: 'quiet', parts: [...sizes(cell, { m, lang }), words.lastRun] };
      }
      const why = state.reason.why;
      if (why === 'never-run') return { mark: 'stale', tone: 'quiet', parts: [words.neverRun] };
      return {
        mark: 'stale',
        tone: 'wait',
        parts: [why === 'edited' ? words.edited : words.stale]
      };
    }
    case 'blocked':
      return { mark: 'blocked', tone: 'quiet', parts: [words.waitsFor(state.by.join(', '))] };
    case 'queued':
      return { mark: 'queued', tone: 'quiet', parts: [words.place(state.place)] };
    case 'running': {
      const paused = state.pausedAt !== undefined;
      const told = progressWords(state.progress, runningFor(state, now), { m, lang });
      return {
        mark: paused ? 'paused' : 'running',
        tone: paused ? 'wait' : 'accent',
        // The line under the heading tells the rest.
        parts: [paused ? words.paused : words.running, ...told.slice(0, 1)]
      };
    }
    case 'live': {
      const parts = sizes(cell, { m, lang });
      const note = state.progress?.note;
      const at = cell.isMirror ? words.following : words.live;
      return { mark: 'live', tone: 'accent', parts: [at, ...(note ? [note] : parts)] };
    }
    case 'error': {
      const line = state.problems.find((p) => p.severity === 'error')?.span?.line;
      const failedCheck = cell.outcome?.failed !== undefined;
      const problem = failedCheck
        ? words.failedCheck
        : line === undefined
          ? words.problem
          : words.problemOnLine(line);
      return { mark: 'error', tone: 'bad', parts: [problem] };
    }
    case 'cancelled':
      return {
        mark: 'cancelled',
        tone: 'quiet',
        parts: [words.stopped(formatSpan(state.ms, lang))]
      };
  }
}

/** How long a run has been under way, without its pauses. */
export function runningFor(state: CellState & { at: 'running' }, now: number): number {
  return (state.pausedAt ?? now) - state.since;
}

function sizes(cell: CellHandle, { m }: Voice): string[] {
  const own = cell.relations[0];
  if (!own) return [];
  const rows = m.page.state.rows(own.rows);
  return own.fields.length > 1 ? [rows, m.page.state.columns(own.fields.length)] : [rows];
}

/** How far a run has come, how long it took so far, and how long the rest may take. */
export function progressWords(
  progress: Progress | undefined,
  elapsed: number,
  { m, lang }: Voice
): string[] {
  const parts: string[] = [];
  if (progress?.total) {
    const unit = progress.unit ?? '';
    const write = (n: number) => formatInteger(n, lang);
    parts.push(m.page.state.progress(write(progress.done), write(progress.total), unit));
  }
  if (progress?.note) parts.push(progress.note);
  for (const [name, value] of Object.entries(progress?.figures ?? {})) {
    parts.push(`${name} ${typeof value === 'number' ? formatNumber(value, lang, 4) : value}`);
  }
  if (elapsed >= 1000) parts.push(formatSpan(elapsed, lang));
  const pace = paceOf(progress, elapsed);
  if (pace !== null)
    parts.push(
      m.page.state.pace(formatNumber(pace, lang, pace < 10 ? 1 : 0), progress?.unit ?? '')
    );
  const left = timeLeft(progress, elapsed);
  if (left !== null) parts.push(m.page.state.left(formatSpan(left, lang)));
  return parts;
}

/** Units done each second; null before there is a pace, or when it is not of things that come by the second. */
function paceOf(progress: Progress | undefined, elapsed: number): number | null {
  if (!progress?.unit || !progress.total || elapsed < 1000) return null;
  const pace = (1000 * progress.done) / elapsed;
  return pace >= 0.1 ? pace : null;
}

/** The time the rest takes at the pace so far; null before there is a pace. */
function timeLeft(progress: Progress | undefined, elapsed: number): number | null {
  if (!progress?.total || progress.done <= 0 || elapsed < 1000) return null;
  const left = (elapsed / progress.done) * (progress.total - progress.done);
  return left > 1000 ? left : null;
}

/** Why the result is not what the text gives now; null where the state says enough. */
export function reasonWords(
  cell: CellHandle,
  { m }: Voice
): {
  readonly text: string;
  readonly tone: 'wait' | 'idle';
  readonly links: readonly string[];
} | null {
  const words = m.page.reason;
  const state = cell.state;
  const quote = (names: readonly string[]) => names.map((n) => `\`${n}\``).join(', ');
  if (state.at === 'blocked') {
    return { text: words.blocked(quote(state.by)), tone: 'idle', links: state.by };
  }
  if (state.at !== 'stale' || cell.unconfirmed) return null;
  switch (state.reason.why) {
    case 'inputs':
      return { text: words.inputs(quote(state.reason.inputs)), tone: 'wait', links: [] };
    case 'edited':
      return { text: words.edited, tone: 'wait', links: [] };
    case 'engine-restarted':
      return { text: words.restarted, tone: 'wait', links: [] };
    case 'never-run':
      return cell.costly ? { text: words.manual, tone: 'wait', links: [] } : null;
  }
}

import type { Mark } from './marks.ts';

export interface Toast {
  readonly id: number;
  /** What happened; names between backticks. */
  readonly text: string;
  readonly mark: Mark;
  readonly action?: { readonly label: string; readonly run: () => void } | undefined;
  /** Stays until it is closed: failures, and work still going on. */
  readonly stays: boolean;
}

const most = 3;

let next = 1;
let shown = $state.raw<readonly Toast[]>([]);

export function toasts(): readonly Toast[] {
  return shown;
}

/**
 * Says something at the bottom left. The oldest gives way when there are more than three.
 * Returns the id, to take it back or to replace it with `replaceToast`.
 */
export function toast(
  text: string,
  options: {
    readonly mark?: Mark;
    readonly action?: Toast['action'];
    readonly stays?: boolean;
  } = {}
): number {
  const id = next++;
  shown = [...shown, toToast(id, text, options)].slice(-most);
  return id;
}

/** New words in the place of a toast that is still shown; otherwise a new one. */
export function replaceToast(
  id: number,
  text: string,
  options: Parameters<typeof toast>[1] = {}
): number {
  if (!shown.some((t) => t.id === id)) return toast(text, options);
  shown = shown.map((t) => (t.id === id ? toToast(id, text, options) : t));
  return id;
}

export function dismissToast(id: number): void {
  shown = shown.filter((t) => t.id !== id);
}

function toToast(
  id: number,
  text: string,
  options: NonNullable<Parameters<typeof toast>[1]>
): Toast {
  const mark = options.mark ?? 'done';
  return {
    id,
    text,
    mark,
    action: options.action,
    stays: options.stays ?? (mark === 'error' || mark === 'running')
  };
}

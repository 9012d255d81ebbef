/** The words of one problem: what happened, why, what to do. */
export interface ProblemText {
  readonly message: string;
  readonly cause?: string;
  readonly hint?: string;
  readonly severity?: 'error' | 'warning';
}

/** A message with its parameters. Families of them, one file each, make up the catalogue. */
export type Template = (params: never) => ProblemText;

/** Keeps the exact types of a family while checking its shape. */
export function family<F extends Readonly<Record<string, Template>>>(templates: F): F {
  return templates;
}

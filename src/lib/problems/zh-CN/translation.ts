import type { ProblemText } from '../catalogue.ts';

type Family = Readonly<Record<string, (params: never) => ProblemText>>;

/** The same codes with the same parameters as a family; how severe a problem is stays with the English words. */
type Translated<F extends Family> = {
  readonly [C in keyof F]: (...params: Parameters<F[C]>) => Omit<ProblemText, 'severity'>;
};

/** Checks a translation against its family. */
export function translationOf<F extends Family>() {
  return <T extends Translated<F>>(templates: T): T => templates;
}

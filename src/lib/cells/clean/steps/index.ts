import type { StepKind } from '../step.ts';
import bin from './bin.ts';
import cast from './cast.ts';
import complete from './complete.ts';
import dedupe from './dedupe.ts';
import derive from './derive.ts';
import dropMissing from './drop-missing.ts';
import drop from './drop.ts';
import fill from './fill.ts';
import filter from './filter.ts';
import map from './map.ts';
import matchReturns from './match-returns.ts';
import normalise from './normalise.ts';
import outliers from './outliers.ts';
import parseDate from './parse-date.ts';
import rename from './rename.ts';
import replace from './replace.ts';
import select from './select.ts';
import split from './split.ts';
import trim from './trim.ts';

/** Every kind of cleaning step by name, in the order in which the palette offers them. */
export const stepKinds: ReadonlyMap<string, StepKind> = new Map(
  (
    [
      dedupe,
      trim,
      cast,
      parseDate,
      filter,
      dropMissing,
      fill,
      outliers,
      normalise,
      rename,
      derive,
      replace,
      split,
      map,
      bin,
      select,
      drop,
      complete,
      matchReturns
    ] as StepKind[]
  ).map((kind) => [kind.name, kind] as const)
);

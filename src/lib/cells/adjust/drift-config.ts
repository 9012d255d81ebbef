import type * as v from 'valibot';
import type { Input } from '../core/define.ts';
import type { driftSchema } from './drift-schema.ts';

/** What is watched for drift. Times in milliseconds. */
export interface DriftConfig {
  readonly forecast: string | null;
  readonly actual: { readonly relation: string; readonly value: string } | null;
  readonly inputs: {
    readonly relation: string;
    readonly columns: readonly string[] | null;
    readonly time: string | null;
  } | null;
  readonly recent: number;
  /** Infinity = to the beginning. */
  readonly reference: number;
  readonly psi: number;
  readonly alpha: number;
  readonly rows: number;
}

const week = 604_800_000;

/** The configuration, or what is wrong with it. */
export function driftConfigOf(
  raw: v.InferOutput<typeof driftSchema>
): DriftConfig | { readonly detail: string; readonly remedy: string } {
  const { forecast = null, actual, value, inputs, columns = null, time = null } = raw;
  if (forecast === null && inputs === undefined) {
    const remedy = 'Write `drift: {forecast: CELL}`, or `drift: {inputs: TABLE}`, or both.';
    return { detail: '`drift` names nothing to watch.', remedy };
  }
  if (actual !== undefined && (forecast === null || value === undefined)) {
    const remedy = 'Write `forecast: CELL`, `actual: TABLE` and `value: COLUMN` together.';
    return { detail: '`actual` is compared with a forecast, by one column of it.', remedy };
  }
  const { recent = 4 * week, reference = Number.POSITIVE_INFINITY } = raw;
  if (recent <= 0) return { detail: '`recent` is no time.', remedy: 'Write `recent: 4w`.' };
  return {
    forecast,
    actual: actual === undefined ? null : { relation: actual, value: value! },
    inputs: inputs === undefined ? null : { relation: inputs, columns, time },
    recent,
    reference,
    psi: raw.psi ?? 0.25,
    alpha: raw.false_alarms ?? 0.01,
    rows: raw.rows ?? 20
  };
}

export function driftReads({ forecast, actual, inputs }: DriftConfig): Input[] {
  return [
    ...(forecast === null
      ? []
      : [
          { relation: forecast, key: 'on' },
          { relation: `${forecast}_backtest`, key: 'on' }
        ]),
    ...(actual ? [{ relation: actual.relation, key: 'on' }] : []),
    ...(inputs ? [{ relation: inputs.relation, key: 'on' }] : [])
  ];
}

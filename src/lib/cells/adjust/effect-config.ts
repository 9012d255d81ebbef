import type * as v from 'valibot';
import type { Input } from '../core/define.ts';
import type { effectSchema } from './effect-schema.ts';

/** The stock on which a change is tried. */
export interface EffectConfig {
  readonly demand: string;
  readonly time: string | null;
  readonly value: string;
  readonly by: readonly string[];
  /** Periods, or a column of them. */
  readonly leadTime: number | string;
  /** Null: the figure that is proposed. */
  readonly reorderPoint: string | null;
  readonly orderUpTo: string | null;
  readonly orderQuantity: string;
  readonly unmet: 'lost' | 'backorder';
  readonly holding: number;
  readonly stockout: number;
  readonly order: number;
}

export function effectConfigOf(raw: v.InferOutput<typeof effectSchema>): EffectConfig {
  const { lead_time: lead = '0', holding = 0, stockout = 0, order = 0 } = raw;
  const periods = Number(lead);
  return {
    demand: raw.demand,
    time: raw.time ?? null,
    value: raw.value,
    by: raw.by ?? [],
    leadTime: Number.isFinite(periods) && periods >= 0 ? periods : lead,
    reorderPoint: raw.reorder_point ?? null,
    orderUpTo: raw.order_up_to ?? null,
    orderQuantity: raw.order_quantity ?? 'mean',
    unmet: raw.unmet ?? 'lost',
    holding,
    stockout,
    order
  };
}

export function effectReads({ demand, time, value, by, leadTime }: EffectConfig): Input[] {
  // Without a named time every column is a candidate.
  if (time === null) return [{ relation: demand, key: 'effect' }];
  const columns = [time, value, ...by, ...(typeof leadTime === 'string' ? [leadTime] : [])];
  return [{ relation: demand, columns: [...new Set(columns)], key: 'effect' }];
}

import { defineKind, type Input } from '../core/define.ts';
import { adjustBody, type AdjustConfig } from './config.ts';
import { backtestReads } from './backtest-gate.ts';
import { driftReads } from './drift-config.ts';
import { effectReads } from './effect-config.ts';
import { examples } from './examples.ts';

export type { AdjustConfig } from './config.ts';
export type { AdjustReport, JournalReport } from './report.ts';

function triggerReads({ drift, schedule, on }: AdjustConfig): Input[] {
  if (drift) return driftReads(drift);
  return [{ relation: schedule ? schedule.of : on.relation, key: 'on' }];
}

function targetReads({ act, set }: AdjustConfig): Input[] {
  if (act === 'set') return [{ relation: set, columns: ['value'], key: 'set' }];
  const own = { relation: set, key: act };
  if (act !== 'refit') return [own];
  return [
    own,
    { relation: `${set}_scores`, key: act },
    { relation: `${set}_series`, columns: ['frequency'], key: act }
  ];
}

/**
 * Reads alerts and a parameter, and proposes; the session makes what is approved (`state/adjustments.ts`), as an edit
 * of the notebook. The parameter may lie upstream of the alerts: the graph has no edge back to it.
 */
const adjust = defineKind({
  kind: 'adjust',
  version: 2,
  title: 'Adjust',
  summary: 'Changes that alerts call for: proposed, bounded, approved, on record, reversible',
  group: 'live',
  mode: 'compute',
  body: adjustBody,
  reads: ({ config }) => [
    ...triggerReads(config),
    ...targetReads(config),
    ...(config.backtest ? backtestReads(config.backtest) : []),
    ...(config.effect ? effectReads(config.effect) : [])
  ],
  outputs: ['', 'drift', 'effect', 'proposals'],
  examples
});

export default adjust;

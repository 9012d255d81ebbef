import { defineKind } from '../core/define.ts';
import { adjustBody } from './config.ts';
import { backtestReads } from './backtest-gate.ts';
import { driftReads } from './drift-config.ts';
import { effectReads } from './effect-config.ts';
import { examples } from './examples.ts';

export type { AdjustConfig } from './config.ts';
export type { AdjustReport, JournalReport } from './report.ts';

/**
 * Reads alerts and a parameter, and proposes; the session makes what is approved (`state/adjustments.ts`), as an edit
 * of the notebook. The parameter may lie upstream of the alerts: the graph has no edge back to it.
 */
const adjust = defineKind({
  kind: 'adjust',
  version: 1,
  title: 'Adjust',
  summary: 'Changes that alerts call for: proposed, bounded, approved, on record, reversible',
  group: 'live',
  mode: 'compute',
  body: adjustBody,
  reads: ({ config }) => [
    ...(config.drift ? driftReads(config.drift) : [{ relation: config.on.relation, key: 'on' }]),
    { relation: config.set, columns: ['value'], key: 'set' },
    ...(config.backtest ? backtestReads(config.backtest) : []),
    ...(config.effect ? effectReads(config.effect) : [])
  ],
  outputs: ['', 'drift', 'effect'],
  examples
});

export default adjust;

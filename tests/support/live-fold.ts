/** What the bench of a monitor's fold needs of the site. */
export { parseMeasures } from '#lib/analytics/stream/measures.ts';
export { MonitorFold } from '#lib/analytics/stream/monitor-fold.ts';

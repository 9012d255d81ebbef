import type { Config } from 'vega-lite';

/** The tokens that charts use, by role, as the page shows them now. */
export interface ChartTokens {
  readonly actual: string;
  readonly fitted: string;
  readonly forecast: string;
  readonly band80: string;
  readonly band95: string;
  readonly expected: string;
  readonly expectedLine: string;
  readonly anomaly: string;
  readonly alert: string;
  readonly threshold: string;
  readonly gap: string;
  readonly axis: string;
  readonly grid: string;
  readonly label: string;
  readonly now: string;
  readonly brush: string;
  readonly histogram: string;
  readonly histogramOn: string;
  readonly paper: string;
  readonly sheet: string;
  readonly ink: string;
  readonly categories: readonly string[];
  readonly sequential: readonly string[];
  readonly diverging: readonly string[];
  readonly font: string;
  /** Pixels of axis labels. */
  readonly size: number;
}

/** Reads the tokens from the page. `property` answers the value of a custom property. */
export function chartTokens(property: (name: string) => string): ChartTokens {
  const role = (name: string) => property(`--${name}`).trim();
  const series = (name: string, count: number) =>
    Array.from({ length: count }, (_, i) => role(`${name}-${i + 1}`));
  return {
    actual: role('c-actual'),
    fitted: role('c-fitted'),
    forecast: role('c-forecast'),
    band80: role('c-band-80'),
    band95: role('c-band-95'),
    expected: role('c-expected'),
    expectedLine: role('c-expected-line'),
    anomaly: role('c-anomaly'),
    alert: role('c-alert'),
    threshold: role('c-threshold'),
    gap: role('c-gap'),
    axis: role('c-axis'),
    grid: role('c-grid'),
    label: role('c-label'),
    now: role('c-now'),
    brush: role('c-brush'),
    histogram: role('c-histogram'),
    histogramOn: role('c-histogram-on'),
    paper: role('paper'),
    sheet: role('sheet'),
    ink: role('ink'),
    categories: series('cat', 8),
    sequential: series('seq', 7),
    diverging: series('div', 7),
    font: role('font-ui'),
    size: Number.parseFloat(role('t-micro')) || 11
  };
}

/** The tokens of this document. */
export function readTokens(): ChartTokens {
  const style = getComputedStyle(document.documentElement);
  return chartTokens((name) => style.getPropertyValue(name));
}

/** The look of a Vega-Lite chart: axis at the base, ticks outside, few horizontal grid lines, no frame. */
export function vegaConfig(t: ChartTokens): Config {
  const text = { font: t.font, fontSize: 11, fontWeight: 'normal' as const, color: t.label };
  const label = { labelFont: t.font, labelFontSize: 11, labelColor: t.label };
  const title = {
    titleFont: t.font,
    titleFontSize: 11,
    titleFontWeight: 500 as const,
    titleColor: t.label
  };
  return {
    background: 'transparent',
    font: t.font,
    padding: { left: 0, right: 4, top: 4, bottom: 0 },
    view: { stroke: null, continuousHeight: 260, discreteHeight: { step: 24 } },
    axis: {
      ...label,
      ...title,
      domainColor: t.axis,
      tickColor: t.axis,
      tickSize: 4,
      gridColor: t.grid,
      labelPadding: 6,
      titlePadding: 10,
      labelOverlap: 'greedy',
      labelSeparation: 8,
      labelLimit: 180
    },
    axisX: { grid: false, labelFlush: true },
    axisY: {
      domain: false,
      ticks: false,
      tickCount: 5,
      titleAngle: 0,
      titleAlign: 'left',
      titleBaseline: 'bottom',
      titleX: 0,
      titleY: -8
    },
    axisBand: { ticks: false, domain: true },
    legend: {
      ...label,
      ...title,
      orient: 'top',
      offset: 20,
      symbolType: 'stroke',
      symbolStrokeWidth: 2,
      labelLimit: 200,
      titleAnchor: 'start'
    },
    header: { ...label, ...title, labelAnchor: 'start', labelFontWeight: 500 },
    title: {
      font: t.font,
      fontSize: 13,
      fontWeight: 600,
      color: t.ink,
      anchor: 'start',
      subtitleFont: t.font,
      subtitleFontSize: 12,
      subtitleColor: t.label,
      offset: 12
    },
    mark: { color: t.forecast, tooltip: true },
    bar: { color: t.histogram },
    rect: { color: t.histogram },
    line: { color: t.actual, strokeWidth: 1.4 },
    trail: { color: t.actual },
    area: { color: t.band80, line: false },
    point: { color: t.actual, filled: true, size: 28 },
    circle: { color: t.actual, size: 28 },
    square: { color: t.actual, size: 28 },
    tick: { color: t.actual },
    rule: { color: t.threshold },
    text,
    boxplot: {
      box: { fill: t.histogram },
      median: { color: t.ink },
      rule: { color: t.axis },
      ticks: false,
      outliers: { color: t.anomaly }
    },
    errorband: { band: { color: t.band80 } },
    range: {
      category: [...t.categories],
      ordinal: [...t.sequential],
      ramp: [...t.sequential],
      heatmap: [...t.sequential],
      diverging: [...t.diverging]
    },
    selection: { interval: { mark: { fill: t.brush, fillOpacity: 1, stroke: t.forecast } } }
  };
}

const n = (value: number) => value.toLocaleString('en');
const plural = (value: number, one: string, many: string) =>
  `${n(value)} ${value === 1 ? one : many}`;

/** The words of the forecast cell's view. Figures come written; counts come as numbers. */
export const forecastEn = {
  series: 'Series',
  chosen: 'chosen',
  baseline: 'baseline',
  search: 'Find a series',
  noSeries: 'No series has that name.',
  sort: 'Order of the series',
  sorts: { worst: 'Worst first', name: 'By name', volume: 'By volume' },
  demand: 'Class of demand',
  everyDemand: 'Every demand',
  demandCount: (name: string, count: number) => `${name} (${n(count)})`,
  demands: {
    smooth: 'smooth',
    erratic: 'erratic',
    intermittent: 'intermittent',
    lumpy: 'lumpy'
  },
  demandFigures: (adi: string, cv2: string) => `ADI ${adi} · CV² ${cv2}`,
  demandWhy: (name: string, adi: string, cv2: string) =>
    `Demand is ${name}: it comes in one of ${adi} rows (ADI, rare from 1.32 on), and its sizes have a CV² of ${cv2} (varied from 0.49 on).`,
  demandEveryRow: (name: string, cv2: string) =>
    `Demand is ${name}: it comes in every row, and its sizes have a CV² of ${cv2} (varied from 0.49 on).`,
  noDemand: 'There was no demand at all.',
  seasonShows: (length: number) => `The season of ${n(length)} rows shows.`,
  seasonHidden: (length: number) => `The season of ${n(length)} rows in use does not show.`,
  seasonNone: 'No season is used.',
  seasonOther: (length: number) => `What comes round most clearly comes every ${n(length)} rows.`,
  shown: (from: number, to: number, of: number) =>
    `${n(from)}–${n(to)} of ${plural(of, 'series', 'series')}`,
  earlier: 'Earlier series',
  later: 'Later series',
  miniature: 'history and forecast',
  all: (count: number) => `All ${n(count)} series`,
  previous: 'Previous series',
  next: 'Next series',
  place: (at: number, of: number) => `${n(at)} of ${n(of)}`,
  leaderboard: (origins: number) => `Leaderboard, ${plural(origins, 'origin', 'origins')} a series`,
  leaderboardAll: 'over all series, every step counting once',
  leaderboardOne: 'this series',
  models: 'model',
  mase: 'MASE',
  wape: 'WAPE',
  bias: 'bias',
  inside: (level: number) => `in ${level} %`,
  won: 'chosen for',
  wonOf: (won: number, series: number) => `${n(won)} of ${n(series)}`,
  chosenRow: 'the chosen of each series',
  against: 'vs. seasonal naive',
  compare: 'beside',
  compareWith: (model: string) => `Draw ${model} beside it`,
  showModel: (model: string) => `Show ${model}`,
  options: 'What the chart shows',
  backtest: 'Backtest',
  backtestLine: 'backtest',
  planLine: 'plan',
  fitted: 'Fitted',
  zoom: 'Part of time shown',
  zoomFrom: 'Shown from',
  zoomTo: 'Shown to',
  zoomOut: 'Whole history',
  zoomHint:
    'Drag over the strip, or move its ends with the arrow keys, Shift for larger steps, Home and End.',
  lastActual: (date: string) => `last actual, ${date}`,
  sum: (steps: number, sum: string) => `Sum of ${plural(steps, 'step', 'steps')}: ${sum}`,
  frequency: (words: string) => `Frequency ${words}`,
  season: (length: number) => (length > 1 ? `Season of ${n(length)}` : 'No season'),
  frequencies: (name: string) => name,
  notes: {
    frequencyFound: (frequency: string) => `One row per ${frequency}, as found`,
    seasonFound: (season: number) => `Season of ${n(season)}, as found in the values`,
    seasonLong: (season: number, rows: number) =>
      `A season of ${n(season)} needs ${n(rows)} rows, and most series have fewer`,
    seasonShows: (season: number, found: number, series: number) =>
      series === 1
        ? `Season of ${n(season)}, ${found === 1 ? 'which shows' : 'which does not show'}`
        : `Season of ${n(season)}, which shows in ${n(found)} of ${n(series)} series`,
    conformal: 'Bands from backtest errors; those of the first origins from the model alone',
    analytic: 'Bands from the models alone',
    untested: (untested: number, series: number) =>
      `${n(untested)} of ${n(series)} series too short for a backtest`
  },
  loss: 'Training loss',
  saveNetwork: (count: number) =>
    count === 1 ? 'Save the network' : `Save the ${n(count)} networks`,
  networkUse:
    'TensorFlow.js model. To forecast with it elsewhere, drop it on a notebook as the file of a source and name that source under lstm: network.',
  drawing: 'Reading the series',
  soFar: (done: number, total: number) =>
    `over the ${done.toLocaleString('en')} of ${total.toLocaleString('en')} series done so far`,
  arriving:
    'Series come in as they are done; these are the worst of them. Bands, tables and each series in full follow at the end.',
  components: 'Components',
  componentsOf: (model: string) => `of ${model}; states after each row`,
  parts: { level: 'level', trend: 'trend', seasonal: 'seasonal', remainder: 'one-step error' },
  seasonalOf: (length: number) => `season of ${n(length)}`,
  why: 'Why, and how sure',
  details: 'Details: forms tried, coefficients, residuals',
  tried: 'Forms tried',
  form: 'form',
  aicc: 'AICc',
  delta: 'more than best',
  note: 'note',
  coefficients: 'Coefficients',
  term: 'term',
  estimate: 'estimate',
  stdError: 'std. error',
  statistic: 'ratio',
  noErrors: 'This model states no standard errors.',
  residuals: 'Residuals',
  acf: 'Autocorrelation of the one-step errors',
  acfWords: (lags: number, outside: number) =>
    `${plural(lags, 'lag', 'lags')}, ${outside === 0 ? 'none' : n(outside)} beyond the 95 % limits of white noise`,
  lag: 'lag',
  attribution: 'What each row did to the sum of the forecast, from the last one back',
  attributionSum: (start: string, rows: string, others: string | null, total: string) =>
    `From ${start}, the sum after a window as flat as its mean: the rows ${rows}${others === null ? '' : `, other inputs ${others}`}, together ${total}, the sum of the forecast.`,
  inputs: {
    calendar: 'calendar',
    over: (input: string, period: string) => `${input}, ${period}`,
    periods: { window: 'window', horizon: 'horizon' }
  },
  input: 'input',
  contribution: 'contribution',
  moreRows: (count: number) => `${n(count)} more`,
  rollup: 'Added up',
  rollupHow: (steps: number) =>
    `sums of the chosen forecasts over ${plural(steps, 'step', 'steps')}; accuracy of the sums`,
  rollupLevel: 'Added up by',
  rollupTotal: 'All series',
  rollupSeries: 'series',
  rollupSum: 'forecast',
  rollupShare: 'share',
  rollupShow: (name: string) => `Show the sum of ${name}`,
  moved: 'Since the run before',
  movedTotal: (before: string, after: string, change: string) =>
    `the sum of all forecasts went from ${before} to ${after} (${change})`,
  movedMase: (before: string, after: string) => `the mean MASE from ${before} to ${after}`,
  movedModels: (before: string, after: string) => `models chosen: before ${before}; now ${after}`,
  movedStart: (before: string, after: string) =>
    `the first row to come was ${before} and is ${after}`,
  because: {
    only: (model: string) => `${model} is the only model fitted.`,
    untested: (model: string) =>
      `${model} stands without a test: the series is too short for a backtest.`,
    best: (model: string, error: string, count: number, origins: number) =>
      `${model} was chosen: its MASE of ${error} over ${plural(origins, 'origin', 'origins')} is the lowest of ${n(count)} models.`,
    kept: (model: string, measure: string, best: string, lead: string, origins: number) =>
      `${model} was kept: the ${measure} of ${best} is ${lead} lower over ${plural(origins, 'origin', 'origins')}, too little to leave a model that holds up elsewhere.`,
    yardstick: (model: string, measure: string, best: string, lead: string, origins: number) =>
      `${model} was chosen, but the ${measure} of ${best} is ${lead} lower over ${plural(origins, 'origin', 'origins')}: on this series nothing beats it clearly.`,
    measure: (model: string, measure: string, count: number, origins: number) =>
      `${model} was chosen by ${measure} over ${plural(origins, 'origin', 'origins')}, the lowest of ${n(count)} models.`,
    other: (model: string, chosen: string) => `${model} is shown; ${chosen} was chosen.`,
    tied: (model: string) => `${model} does as well.`,
    second: (model: string, share: string) => `The next, ${model}, is off by ${share} more.`,
    margin: (share: string, better: number, origins: number) =>
      `Its absolute error is ${share} than that of seasonal naive; it was nearer at ${n(better)} of ${plural(origins, 'origin', 'origins')}.`,
    marginMany: (share: string, better: number, series: number) =>
      `The chosen models' MASE is ${share} than that of seasonal naive on average; they were nearer in ${n(better)} of ${plural(series, 'series', 'series')}.`,
    lower: (share: string) => `${share} lower`,
    higher: (share: string) => `${share} higher`,
    same: 'no other',
    clear: (ratio: string) => `The margin is ${ratio} times its standard error.`,
    unclear: 'The margin is within twice its standard error: it could be chance.',
    single: 'One trial says little.',
    oneForAll: (model: string, theirs: string, ours: string) =>
      `One model for all, ${model}, would have a mean MASE of ${theirs} against ${ours}.`,
    picked:
      'It was picked from the same backtest, which flatters it: expect somewhat less of it to come.',
    band: (level: number, low: string, high: string, yhat: string) =>
      `At the last step it expects ${yhat}, and ${level} of 100 such actuals between ${low} and ${high}.`,
    width: (share: string) => `The band is ${share} of the forecast on each side.`,
    held: (level: number, inside: string) =>
      `In the backtest the ${level} % band held ${inside} of the actuals.`,
    white: (p: string, lags: number) =>
      `The one-step errors show no pattern left over (Ljung-Box, ${plural(lags, 'lag', 'lags')}, ${p}).`,
    pattern: (p: string, lags: number) =>
      `The one-step errors still follow each other (Ljung-Box, ${plural(lags, 'lag', 'lags')}, ${p}): there is something the model does not use.`,
    normal: (p: string) => `They look normal (Jarque-Bera, ${p}).`,
    skewed: (p: string) =>
      `They are not normal (Jarque-Bera, ${p}): bands from the model alone would be off.`,
    biased: (mean: string) =>
      `On average it forecast one step ${mean} than what came, more than twice the standard error.`,
    low: (size: string) => `${size} lower`,
    high: (size: string) => `${size} higher`,
    drivers: (terms: string) => `What weighs most for its error: ${terms}.`,
    weights: (parts: string) => `Of each one-step error ${parts}.`,
    alpha: (share: string) => `the level takes up ${share}`,
    beta: (share: string) => `the trend ${share}`,
    gamma: (share: string) => `the season ${share}`
  },
  overrides: 'Overrides and adjusted history',
  noOverrides: 'None for this series. The plan is the forecast.',
  override: 'Override the forecast',
  which: 'Which rows',
  rowsToCome: 'Forecast',
  history: 'History',
  overrideHint: 'Changes the plan; the forecast stays beside it.',
  adjustHint: 'Models learn from the adjusted value; what came stays beside it.',
  resetOverrides: (count: number) => `Reset all ${n(count)}`,
  everyRow: 'all rows',
  planRows: 'Plan, row by row',
  planKind: 'row',
  planAhead: 'forecast',
  planBase: 'as it was',
  planChanged: 'instead',
  planChange: 'change',
  cameLine: 'as it came',
  from: 'From',
  to: 'To',
  how: 'How',
  setTo: 'Set to',
  changeBy: 'Change by %',
  value: 'Value',
  percent: 'Percent',
  noteLabel: 'Note',
  addOverride: 'Add override',
  removeOverride: (what: string) => `Remove the override ${what}`,
  notANumber: 'A number, such as 120 or -10.',
  everySeries: 'every series',
  planSum: (baseline: string, plan: string, change: string) =>
    `Over all steps the forecast is ${baseline}, the plan ${plan} (${change}).`
};

import { family } from './catalogue.ts';

/** Problems of series over time: forecast, trend and anomaly cells. */
type Change = 'override' | 'adjustment';

export const demandProblems = family({
  'demand.no-column': (p: {
    column: string;
    relation: string;
    nearest: string;
    known: string;
  }) => ({
    message: `\`${p.relation}\` has no column \`${p.column}\`.`,
    cause: p.known ? `It has ${p.known}.` : 'It has no columns.',
    hint: p.nearest ? `Did you mean \`${p.nearest}\`?` : 'Name one of its columns.'
  }),
  'demand.no-rows': (p: { relation: string }) => ({
    message: `\`${p.relation}\` has no rows.`,
    cause: 'There is nothing to learn from.',
    hint: 'Check the filters and joins of the cells above it.'
  }),
  'demand.time-type': (p: { column: string; type: string }) => ({
    message: `\`${p.column}\` is ${p.type}, not a time.`,
    cause: 'A series needs a date, a timestamp or a number to stand in order.',
    hint: `Add \`- parse_date: { column: ${p.column}, format: "%Y-%m-%d" }\` to a clean cell above.`
  }),
  'demand.value-type': (p: { column: string; type: string }) => ({
    message: `\`${p.column}\` is ${p.type}, not a number.`,
    cause: 'Only numbers can be averaged and compared over time.',
    hint: `Name a column of numbers, or add \`- cast: { ${p.column}: number }\` to a clean cell above.`
  }),
  'demand.name-clash': (p: { column: string; relation: string }) => ({
    message: `The column \`${p.column}\` of \`${p.relation}\` has the name of a column that this cell adds.`,
    cause: 'Two columns of one table cannot have the same name.',
    hint: `Add \`- rename: { ${p.column}: ${p.column}_source }\` to a clean cell above.`
  }),
  'demand.missing-time': (p: { series: string; column: string; count: number }) => ({
    message: `${p.series} has ${p.count === 1 ? 'a row' : `${p.count} rows`} without \`${p.column}\`.`,
    cause: 'A row without a time has no place in the series.',
    hint: `Add \`- drop_missing: ${p.column}\` to a clean cell above.`
  }),
  'demand.missing-value': (p: { series: string; column: string; time: string }) => ({
    message: `${p.series} has no \`${p.column}\` at ${p.time}.`,
    cause: 'A missing value is not zero, and guessing it would change the answer.',
    hint: `Add \`- fill: { column: ${p.column}, with: interpolate }\` (or \`value: 0\`) to a clean cell above.`
  }),
  'demand.duplicate-time': (p: { series: string; time: string; by: string; value: string }) => ({
    message: `${p.series} has more than one row at ${p.time}.`,
    cause: 'A series has one value for each step of time.',
    hint: `Sum the rows in a query cell: \`select ${p.by}, sum(${p.value}) as ${p.value} … group by all\`, or name the column that tells them apart under \`by\`.`
  }),
  'demand.gap': (p: {
    series: string;
    from: string;
    to: string;
    frequency: string;
    missing: number;
    remedy: string;
  }) => ({
    message: `${p.series} has no row between ${p.from} and ${p.to}.`,
    cause: `With one row per ${p.frequency}, ${p.missing === 1 ? '1 row is' : `${p.missing} rows are`} missing there. Equal steps are needed.`,
    hint: `Add \`${p.remedy}\` to a clean cell above.`
  }),
  'demand.uneven-step': (p: { series: string; from: string; to: string; frequency: string }) => ({
    message: `${p.series} does not go on in equal steps from ${p.from} to ${p.to}.`,
    cause: `The frequency is one row per ${p.frequency}, and this is not one such step.`,
    hint: 'Bring the times to equal steps with `date_trunc` in a query cell, or state another `frequency`.'
  }),
  'demand.no-step': (p: { relation: string }) => ({
    message: `No series of \`${p.relation}\` has two rows.`,
    cause: 'The step of time cannot be seen from one row.',
    hint: 'State the `frequency`, or check what `by` splits the rows into.'
  }),
  'forecast.until': (p: { until: string; time: string; numbered: boolean }) => ({
    message: `\`until\` cannot be ${p.until || 'empty'}: \`${p.time}\` holds ${p.numbered ? 'row numbers' : 'dates'}.`,
    hint: p.numbered ? 'Write `until: 36`.' : 'Write a date, such as `until: 2024-03-01`.'
  }),
  'forecast.until-all': (p: { until: string; relation: string; time: string }) => ({
    message: `No row of \`${p.relation}\` is before ${p.until}.`,
    cause: `\`until\` leaves out every row whose \`${p.time}\` is that time or later.`,
    hint: 'State a later time, or take `until` out to learn from all rows.'
  }),
  'demand.series-skipped': (p: {
    count: number;
    total: number;
    series: string;
    detail: string;
  }) => ({
    severity: 'warning' as const,
    message: `${p.count === 1 ? '1 series was' : `${p.count} series were`} left out of ${p.total}: ${p.series}.`,
    cause: p.detail,
    hint: 'The others are done. Mend the rows of these series and run again.'
  }),
  'forecast.too-short': (p: { series: string; count: number; values: number }) => ({
    severity: 'warning' as const,
    message: `${p.count === 1 ? '1 series is' : `${p.count} series are`} too short for the models asked for: ${p.series}.`,
    cause: `The shortest has ${p.values === 1 ? '1 value' : `${p.values} values`}. The naive forecast, the last value carried on, stands in.`,
    hint: 'Give more history, or group these series under a broader key.'
  }),
  'forecast.model-skipped': (p: {
    model: string;
    needs: number;
    count: number;
    series: string;
    season: number;
  }) => ({
    severity: 'warning' as const,
    message: `${p.model} was left out for ${p.count === 1 ? '1 series' : `${p.count} series`}: ${p.series}.`,
    cause:
      p.season > 1
        ? `With a season of ${p.season} it needs at least ${p.needs} values.`
        : `Without a season longer than one step it has nothing to add, and it needs at least ${p.needs} values.`,
    hint: 'State a shorter `season`, give more history, or take the model out of `models`.'
  }),
  'forecast.partial': (p: { done: number; total: number }) => ({
    severity: 'warning' as const,
    message: `Ended early: ${p.done.toLocaleString('en')} of ${p.total.toLocaleString('en')} series are done, the others are not in the tables.`,
    cause: 'You asked to keep what was done. Bands, scores and sums rest on these series alone.',
    hint: 'Run the cell again for all of them; this result is not kept for the next visit.'
  }),
  'forecast.training-ended': (p: {
    network: 'judged' | 'cut' | 'untested';
    step: number;
    steps: number;
  }) => ({
    severity: 'warning' as const,
    message:
      p.network === 'judged'
        ? 'Training ended early: the forecast is of the network that the backtest judged.'
        : `Training ended early, at step ${p.step.toLocaleString('en')} of ${p.steps.toLocaleString('en')}.`,
    cause:
      p.network === 'untested'
        ? 'You asked to keep what was done. There is too little history to have tested it.'
        : 'You asked to keep what was done. The network has not learnt from the rows that the backtest tests it on.',
    hint: 'Run the cell again: training goes on from where it was; this result is not kept for the next visit.'
  }),
  'forecast.models-left': (p: { done: number; total: number }) => ({
    severity: 'warning' as const,
    message: `Ended early: ${p.done.toLocaleString('en')} of ${p.total.toLocaleString('en')} series have every model, the others \`lstm\` and the simplest one only.`,
    cause: 'You asked to keep what was done.',
    hint: 'Run the cell again for all of them; this result is not kept for the next visit.'
  }),
  'forecast.regressor-ends': (p: { column: string; known: number; horizon: number }) => ({
    message: `\`${p.column}\` is not known for the rows to forecast.`,
    cause: `Row ${p.known + 1} of ${p.horizon} after the last one has no value, and the model rests on it.`,
    hint: `Put the values to come into the table that \`future\` names, shorten \`horizon\`, or take \`${p.column}\` out of \`regressors\`.`
  }),
  'forecast.no-network': () => ({
    message: 'Networks cannot be trained here.',
    cause: 'The model `lstm` needs the model worker, and this run has none.',
    hint: 'Run the cell in the workbench, or take `lstm` out of `models`.'
  }),
  'forecast.network-too-short': (p: { needs: number; longest: number }) => ({
    message: 'No series is long enough to train a network.',
    cause: `One window and its target take ${p.needs} values; the longest series has ${p.longest} before the first backtest origin.`,
    hint: 'Lower `lstm: { window: … }` or `horizon`, ask for fewer backtest origins, or take `lstm` out of `models`.'
  }),
  'forecast.network-relation': (p: { relation: string }) => ({
    message: `\`${p.relation}\` holds no networks.`,
    cause: 'Saved networks are a table with the columns `model` and `weights`, one row each.',
    hint: 'Name the NAME_network of another forecast cell, or a source cell whose `file` is a network saved from one.'
  }),
  'forecast.network-misfit': (p: {
    relation: string;
    what: string;
    theirs: string;
    ours: string;
  }) => ({
    message: `The network in \`${p.relation}\` does not fit: its ${p.what} is ${p.theirs}, not ${p.ours}.`,
    cause: 'A trained network keeps its shape.',
    hint: `Write the cell's ${p.what} as the network has it, or take \`network\` out of \`lstm\` to train a new one.`
  }),
  'forecast.network-has-seen': (p: {
    relation: string;
    until: string;
    out: number;
    all: number;
  }) => ({
    severity: 'warning' as const,
    message: `${p.out} of ${p.all} backtests of the network in \`${p.relation}\` were left out.`,
    cause: `It has learnt from rows up to ${p.until}; what it says of those is no forecast.`,
    hint: 'Its accuracy shows on later rows. To forecast with it whatever its backtest, write `models: [lstm]`.'
  }),
  'forecast.no-effect': (p: { key: string; models: string }) => ({
    severity: 'warning' as const,
    message: `\`${p.key}\` has no effect here.`,
    cause: `None of the models used (${p.models}) reads it.`,
    hint: `Take \`${p.key}\` out, or keep it for a model that uses it.`
  }),
  'forecast.override-shape': (p: { what: Change; detail: string; by: string }) => ({
    severity: 'warning' as const,
    message: `This ${p.what} is left out: ${p.detail}.`,
    cause: `An ${p.what} says which rows, and one number for them.`,
    hint: `Write \`- { ${p.by}time: …, value: … }\`, or \`from\` and \`to\` for a range and \`factor: 1.1\` for 10 % more.`
  }),
  'forecast.override-series': (p: { what: Change; key: string; known: string }) => ({
    severity: 'warning' as const,
    message: `This ${p.what} is left out: no series has ${p.key}.`,
    cause: `Series are told apart by ${p.known}.`,
    hint: `Correct the key, or take the ${p.what} out.`
  }),
  'forecast.override-time': (p: { what: Change; time: string; first: string; last: string }) =>
    p.what === 'override'
      ? {
          severity: 'warning' as const,
          message: `This override is left out: no row to come is at ${p.time}.`,
          cause: `The rows to come go from ${p.first} to ${p.last}. History is changed by \`adjustments\`.`,
          hint: 'Name one of these times, or take the override out when its time has passed.'
        }
      : {
          severity: 'warning' as const,
          message: `This adjustment is left out: no row of the history is at ${p.time}.`,
          cause: `The history goes from ${p.first} to ${p.last}. Rows to come are changed by \`overrides\`.`,
          hint: 'Name one of these times, or take the adjustment out.'
        },
  'forecast.no-future': (p: { columns: string; horizon: number }) => ({
    message: 'The regressors of the rows to come are not known.',
    cause: `A model that learns from them needs their values for the ${p.horizon === 1 ? 'row' : `${p.horizon} rows`} to forecast.`,
    hint: `Add \`future: NAME\`, a relation with ${p.columns} for those rows, or take \`regressors\` out.`
  }),
  'forecast.regressor-is-value': (p: { column: string }) => ({
    message: `\`${p.column}\` is the value to forecast, so it cannot explain itself.`,
    cause: 'A regressor has to be known before the value is.',
    hint: 'Take it out of `regressors`; models read earlier values anyway.'
  }),
  'forecast.regressor-type': (p: { column: string; relation: string; type: string }) => ({
    message: `The regressor \`${p.column}\` of \`${p.relation}\` is ${p.type}, not a number.`,
    cause: 'Regressors are numbers, booleans, or dates that mark a row by being there.',
    hint: `Make a column of 0 and 1 for each value in a query cell, such as \`CAST(${p.column} = '…' AS INTEGER)\`.`
  }),
  'forecast.static-type': (p: { column: string; relation: string; type: string }) => ({
    message: `The static column \`${p.column}\` of \`${p.relation}\` is ${p.type}.`,
    cause: 'A static column is a text, a truth value, a number or a time.',
    hint: `Make such a column in a query cell, or take \`${p.column}\` out of \`static\`.`
  }),
  'forecast.static-varies': (p: {
    series: string;
    column: string;
    first: string;
    second: string;
  }) => ({
    message: `${p.series} has more than one \`${p.column}\`: ${p.first} and ${p.second}.`,
    cause: 'A column under `static` says one thing of each series for all of its rows.',
    hint: `If \`${p.column}\` changes over time, put it under \`regressors\`; else correct it above.`
  }),
  'forecast.regressor-missing': (p: {
    series: string;
    column: string;
    relation: string;
    time: string;
  }) => ({
    message: `${p.series} has no \`${p.column}\` at ${p.time} in \`${p.relation}\`.`,
    cause: 'A regressor has to be known for every row.',
    hint: `Fill it in a clean cell above, such as \`- fill: { column: ${p.column}, value: 0 }\`.`
  }),
  'forecast.future-rows': (p: {
    series: string;
    relation: string;
    time: string;
    absent: number;
    horizon: number;
  }) => ({
    message: `\`${p.relation}\` has no row at ${p.time} for ${p.series === 'The series' ? 'the series' : p.series.replace('Series', 'series')}.`,
    cause:
      p.absent === p.horizon
        ? `None of the ${p.horizon} rows to forecast is there.`
        : `${p.absent} of the ${p.horizon} rows to forecast ${p.absent === 1 ? 'is' : 'are'} missing.`,
    hint: 'Add those rows with their regressors, or lower the `horizon`.'
  }),
  'forecast.future-twice': (p: { relation: string; time: string }) => ({
    message: `\`${p.relation}\` has more than one row at ${p.time} for one series.`,
    cause: 'Each row to come has one set of regressors.',
    hint: 'Name the columns that tell the rows apart as in `by`, or join the rows in a query cell.'
  }),
  'trend.no-season': (p: { frequency: string }) => ({
    message: `No season goes with one row per ${p.frequency}.`,
    cause: 'STL and MSTL take seasons out of the values, and their length is not known here.',
    hint: 'State `season: …`, the number of rows until the pattern comes round again.'
  }),
  'trend.too-short': (p: { series: string; season: number; length: number }) => ({
    message: `${p.series} has ${p.length} rows, under two seasons of ${p.season}.`,
    cause: 'A season cannot be told from a trend before it has come round twice.',
    hint: 'Give more history, state a shorter `season`, or use `method: moving_average`.'
  }),
  'anomaly.no-season': (p: { frequency: string }) => ({
    message: `No season goes with one row per ${p.frequency}.`,
    cause: 'The method `seasonal` judges what is left once the season is taken out.',
    hint: 'State `seasonal: { season: … }`, the rows until the pattern comes round again, or take `method: forecast`.'
  }),
  'anomaly.too-short': (p: { series: string; season: number; length: number }) => ({
    message: `${p.series} has ${p.length} rows, under two seasons of ${p.season}.`,
    cause: 'A season cannot be told from a trend before it has come round twice.',
    hint: 'Give more history, state a shorter `seasonal: { season: … }`, or take `method: mad`.'
  }),
  'anomaly.too-many-rows': (p: { method: string; rows: number; most: number }) => ({
    message: `A series of ${p.rows} rows is too long for \`${p.method}\`.`,
    cause: `It would not end in good time beyond ${p.most} rows in one series.`,
    hint: 'Split the rows with `by`, sum them to longer steps in a query cell, or take `isolation_forest`, `kmeans` or `novelty`.'
  }),
  'anomaly.no-effect': (p: { key: string; method: string }) => ({
    severity: 'warning' as const,
    message: `\`${p.key}\` has no effect here.`,
    cause: `The method is \`${p.method}\`, which does not read it.`,
    hint: `Take \`${p.key}\` out, or write \`method: ${p.key}\`.`
  }),
  'anomaly.no-network': () => ({
    message: 'Networks cannot be trained here.',
    cause: 'The method `autoencoder` needs the model worker, and this run has none.',
    hint: 'Run the cell in the workbench, or take `isolation_forest`.'
  }),
  'anomaly.rate': (p: { column: string }) => ({
    message: 'A budget needs to know how many rows a week holds.',
    cause: `The rows do not spread over time in \`${p.column}\`.`,
    hint: 'State a `threshold` instead of a `budget`.'
  })
});

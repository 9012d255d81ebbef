import { family } from './catalogue.ts';

/** Problems of cells that change others. */
export const adjustProblems = family({
  'adjust.not-a-parameter': (p: { name: string }) => ({
    message: `\`${p.name}\` is not a parameter.`,
    cause: 'A parameter is one row with a column `value`.',
    hint: 'Name a `param` cell under `set`.'
  }),
  'adjust.no-forecast': (p: { name: string }) => ({
    message: `\`${p.name}\` is not a forecast.`,
    cause: 'A forecast has the columns `model` and `yhat`, and a backtest beside it.',
    hint: 'Name a `forecast` cell.'
  }),
  'adjust.no-backtest': (p: { name: string; number: boolean }) => ({
    message: `\`backtest\` has nothing to try a change of \`${p.name}\` on.`,
    cause: p.number
      ? 'A number is tried on the stock that it leads to.'
      : 'A text is taken for the name of a model and tried on the backtest of a forecast.',
    hint: p.number
      ? 'Write `effect` with the demand and the reorder point.'
      : 'Write `gate: {backtest: 8, forecast: CELL}`.'
  }),
  'adjust.effect-name': (p: { name: string; nearest: string; known: string }) => ({
    message: `\`effect\` cannot use \`${p.name}\`.`,
    cause: `It can use ${p.known}.`,
    hint: p.nearest ? `Did you mean \`${p.nearest}\`?` : 'Use one of these names, or a number.'
  }),
  'adjust.name': (p: { name: string; nearest: string; known: string }) => ({
    message: `\`to\` cannot use \`${p.name}\`.`,
    cause: `It can use ${p.known}.`,
    hint: p.nearest ? `Did you mean \`${p.nearest}\`?` : 'Use one of these names, or a number.'
  }),
  'adjust.decision': (p: { detail: string }) => ({
    severity: 'warning' as const,
    message: 'One of the `decisions` cannot be read and counts for nothing.',
    cause: p.detail,
    hint: 'Take it out, or undo the edit that changed it.'
  }),
  'adjust.value': (p: { name: string; value: string }) => ({
    message: `\`${p.name}\` cannot be ${p.value || 'empty'}: it reads as another value.`,
    hint: 'Give the parameter a type that holds it.'
  }),
  'adjust.no-figure': (p: { relation: string; column: string; known: string }) => ({
    message: `\`${p.relation}\` has no figure \`${p.column}\` to propose.`,
    cause: `It has ${p.known}.`,
    hint: 'Name one of its columns of numbers with `column`.'
  }),
  'adjust.no-reorder-point': (p: { column: string }) => ({
    message: `\`${p.column}\` is not the point at which stock is ordered.`,
    cause: 'A replay of demand needs to know what the figures do.',
    hint: `Write \`reorder_point\` under \`effect\`, an expression that may use \`${p.column}\`, or propose the reorder points.`
  }),
  'adjust.many-items': (p: { relation: string; items: number; most: number }) => ({
    message: `\`${p.relation}\` proposes figures for ${p.items} items.`,
    cause: `What is accepted is kept in the notebook, for at most ${p.most} items.`,
    hint: 'Propose for fewer items: those that matter most, or sums by group.'
  }),
  'adjust.target': (p: { name: string; what: string }) => ({
    message: `There is no ${p.what} \`${p.name}\` to change.`,
    cause: 'It was renamed, removed or switched off, or it cannot be read.',
    hint: 'Name a cell that can run.'
  })
});

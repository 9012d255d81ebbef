import { formatInteger } from '#lib/base/format.ts';
import { family } from './catalogue.ts';

/** Problems of preparing data: parameters, cleaning steps, profiles and checks. */
export const prepareProblems = family({
  'prepare.column-unknown': (p: { column: string; nearest: string; known: string }) => ({
    message: `There is no column \`${p.column}\`.`,
    cause: p.known ? `The columns at this point are ${p.known}.` : 'The table has no columns.',
    hint: p.nearest ? `Did you mean \`${p.nearest}\`?` : 'Name one of these columns.'
  }),
  'prepare.column-exists': (p: { column: string }) => ({
    message: `There would be two columns \`${p.column}\`.`,
    cause: 'A column of that name is in the table already; upper and lower case do not differ.',
    hint: 'Choose another name, or drop or rename the other column first.'
  }),
  'prepare.column-type': (p: { column: string; type: string; expected: string; step: string }) => ({
    message: `\`${p.step}\` cannot work on \`${p.column}\`.`,
    cause: `The column holds ${p.type}; the step takes ${p.expected}.`,
    hint: `Convert it first with a step \`cast\` or \`parse_date\`, or name another column.`
  }),
  'prepare.value-type': (p: { column: string; value: string; type: string }) => ({
    message: `${p.value} does not fit into \`${p.column}\`.`,
    cause: `The column holds ${p.type}.`,
    hint: 'Write a value of that type, or convert the column first with a step `cast`.'
  }),
  'prepare.step-unknown': (p: { step: string; nearest: string; known: string }) => ({
    message: `There is no cleaning step \`${p.step}\`.`,
    cause: `The steps are ${p.known}.`,
    hint: p.nearest ? `Did you mean \`${p.nearest}\`?` : 'Name one of these steps.'
  }),
  'prepare.step-shape': (p: { got: string }) => ({
    message: `A step cannot be ${p.got}.`,
    cause: 'Each item of `steps` has one key, the name of the step.',
    hint: 'Write for example `- trim: Description`, with every further step on its own line.'
  }),
  'prepare.values-lost': (p: { column: string; count: number; example: string; to: string }) => ({
    severity: 'warning' as const,
    message: `${count(p.count, 'value')} of \`${p.column}\` became missing.`,
    cause: `They do not read as ${p.to}; the first is "${p.example}".`,
    hint: 'Mend them with a step `replace` or `map` before this one, or leave them missing.'
  }),
  'prepare.too-many-rows': (p: { step: string; rows: number; most: number }) => ({
    message: `\`${p.step}\` would add ${formatInteger(p.rows)} rows.`,
    cause: `At most ${formatInteger(p.most)} are added, so that the tab does not run out of memory.`,
    hint: 'Take a longer `every`, fewer series, or a shorter stretch of time.'
  }),
  'prepare.value-sum': (p: { expression: string }) => ({
    severity: 'warning' as const,
    message: `\`value\` is not accounted for after this step.`,
    cause: `\`${p.expression}\` cannot be summed any more, since the step changed the columns it needs.`,
    hint: 'Put the step later, or leave the later sums empty.'
  }),
  'param.outside': (p: { value: string; bound: string }) => ({
    message: `The value ${p.value} is outside its limits.`,
    cause: `It must be ${p.bound}.`,
    hint: 'Change `value`, or move the limit.'
  }),
  'param.not-an-option': (p: { value: string; options: string; nearest: string }) => ({
    message: `The value ${p.value} is not one of the options.`,
    cause: `The options are ${p.options}.`,
    hint: p.nearest ? `Did you mean \`${p.nearest}\`?` : 'Choose one of them, or add it to them.'
  }),
  'check.failed': (p: { check: string; detail: string }) => ({
    message: `The check \`${p.check}\` does not hold.`,
    cause: p.detail,
    hint: 'Look at the failing rows and mend the data, or change the check.'
  }),
  'check.expectation': (p: { got: string; known: string }) => ({
    message: `${p.got} is not an expectation.`,
    cause: `An expectation is a condition such as \`Quantity > 0\`, or one of ${p.known}.`,
    hint: 'Write one expectation per line of `expect`.'
  })
});

function count(n: number, noun: string): string {
  return `${formatInteger(n)} ${noun}${n === 1 ? '' : 's'}`;
}

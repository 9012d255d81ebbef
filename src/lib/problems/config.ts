import { family } from './catalogue.ts';

/** Problems of a cell's own text: what it says, before anything runs. */
export const configProblems = family({
  'config.syntax': (p: { language: string; detail: string }) => ({
    message: `This is not valid ${p.language}.`,
    cause: p.detail,
    hint: 'Mend the marked place. Nothing else in the notebook is affected.'
  }),
  'config.value': (p: { key: string; expected: string; got: string }) => ({
    message: `\`${p.key}\` cannot be ${p.got}.`,
    cause: `It takes ${p.expected}.`,
    hint: `Write ${p.expected}.`
  }),
  'config.missing': (p: { key: string; expected: string }) => ({
    message: `\`${p.key}\` is missing.`,
    cause: `This kind of cell needs ${p.expected}.`,
    hint: `Add a line \`${p.key}: …\`.`
  }),
  'config.unknown-key': (p: { key: string; nearest: string; known: string }) => ({
    severity: 'warning' as const,
    message: `This kind has no key \`${p.key}\`.`,
    cause: `It knows ${p.known}. The line is kept as it is and has no effect.`,
    hint: p.nearest
      ? `Did you mean \`${p.nearest}\`?`
      : 'Remove the line, or open the file with a newer version.'
  }),
  'config.yaml-feature': (p: { feature: string }) => ({
    message: `YAML ${p.feature} are not used in notebooks.`,
    cause: 'Every value stands where it is written, so that a reader sees it.',
    hint: 'Write the value out.'
  }),
  'config.param-unknown': (p: { name: string; known: string }) => ({
    message: `There is no parameter \`${p.name}\`.`,
    cause: p.known
      ? `The notebook has the parameters ${p.known}.`
      : 'The notebook has no param cell.',
    hint: `Add a param cell named \`${p.name}\`, or write the value itself.`
  }),
  'config.template': () => ({
    message: '`{{` is reserved.',
    cause: 'A later version may give it a meaning.',
    hint: 'Use `$name` for the value of a param cell.'
  }),
  'config.combination': (p: { detail: string; remedy: string }) => ({
    message: p.detail,
    hint: p.remedy
  })
});

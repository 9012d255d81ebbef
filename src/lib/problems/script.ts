import { family } from './catalogue.ts';

/** Problems of script cells and of the sandbox they run in. */
export const scriptProblems = family({
  'script.syntax': (p: { detail: string }) => ({
    message: 'This is not valid JavaScript.',
    cause: p.detail,
    hint: 'Mend the marked place.'
  }),
  'script.error': (p: { detail: string }) => ({
    message: 'The script stopped with an error.',
    cause: p.detail,
    hint: 'Look at the marked line; `console.log` shows values under the result.'
  }),
  'script.result': (p: { got: string }) => ({
    message: `The script returned ${p.got}.`,
    cause: 'The result of a script cell is a table with at least one column.',
    hint: 'End with `return`, followed by an Arquero table, a list of objects, or an object of lists of equal length.'
  }),
  'script.time-limit': (p: { limit: string }) => ({
    message: `The script ran longer than ${p.limit} and was stopped.`,
    cause: 'A script has a time limit, so that an endless loop does not keep the tab busy.',
    hint: 'Do the heavy part in a query cell, or raise the limit with the flag `timeout=2m`.'
  }),
  'script.timeout-flag': (p: { got: string }) => ({
    message: `\`timeout\` cannot be ${p.got}.`,
    cause: 'It takes a duration such as 30s or 2m.',
    hint: 'Write for example `timeout=2m` after the name of the cell.'
  }),
  'script.sandbox': (p: { detail: string }) => ({
    message: 'The sandbox for scripts did not start.',
    cause: p.detail,
    hint: 'Reload the page. A browser extension that blocks frames or workers can be the reason.'
  })
});

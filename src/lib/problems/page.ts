import { family } from './catalogue.ts';

/** What the page itself has to say: trust, files, links, storage. */
export const pageProblems = family({
  'trust.script': (p: { cell: string }) => ({
    message: `The script \`${p.cell}\` has not run.`,
    cause:
      'This notebook was made by someone else. Scripts run in a sandbox without page, storage or network, but only once you allow it.',
    hint: 'Read the script, then allow scripts in this notebook.'
  }),
  'trust.network': (p: { cell: string; address: string }) => ({
    message: `\`${p.cell}\` has not asked \`${p.address}\`.`,
    cause:
      'This notebook was made by someone else. A request tells its receiver that you opened it, and a query to a connection runs with your user and password, so it is sent only once you allow it.',
    hint: 'Check the address or the query, then allow requests in this notebook.'
  }),
  'page.unexpected': (p: { detail: string }) => ({
    message: 'Something in the page went wrong.',
    cause: p.detail,
    hint: 'Nothing you typed is lost. If it happens again, reload the page.'
  }),
  'page.name': (p: { name: string; detail: string; remedy: string }) => ({
    message: `A cell cannot be named \`${p.name}\`.`,
    cause: p.detail,
    hint: p.remedy
  }),
  'page.engine-failed': (p: { detail: string }) => ({
    message: 'The engine did not start.',
    cause: p.detail,
    hint: 'Reload the page. Nothing you typed is lost.'
  }),
  'page.no-relation': (p: { relation: string; known: string }) => ({
    message: `There is no table \`${p.relation}\` yet.`,
    cause: p.known ? `The tables are ${p.known}.` : 'No cell has run.',
    hint: 'Run the cell that makes it.'
  }),
  'page.no-notebook': (p: { name: string; known: string }) => ({
    message: `There is no notebook \`${p.name}\` here.`,
    cause: p.known
      ? `This site ships ${p.known}.`
      : 'It was made in another browser, or removed from this one.',
    hint: 'Choose one in the gallery.'
  }),
  'page.bad-link': () => ({
    message: 'The link does not hold a whole notebook.',
    cause: 'It was cut short, or changed on the way.',
    hint: 'Ask for the link again, or for the .qm.md file.'
  }),
  'page.storage': (p: { detail: string }) => ({
    message: 'This browser did not store the last edits.',
    cause: p.detail,
    hint: 'Download the notebook to keep it; storage may be full or switched off.'
  })
});

import { family } from './catalogue.ts';

const count = (n: number) => n.toLocaleString('en');

/** Problems of engines elsewhere. */
export const remoteProblems = family({
  'remote.no-connection': (p: { connection: string; nearest: string; known: string }) => ({
    message: `This browser knows no connection \`${p.connection}\`.`,
    cause: p.known
      ? `It knows ${p.known}.`
      : 'A notebook only names a connection; address and password stay in each browser.',
    hint: p.nearest
      ? `Did you mean \`${p.nearest}\`?`
      : 'Make it: its address, user and password are kept in this browser alone.'
  }),
  'remote.unreachable': (p: { connection: string; origin: string }) => ({
    message: `\`${p.connection}\` cannot be reached.`,
    cause: `Nothing answers at ${p.origin}, or the browser does not let this page ask there: a page of https may not ask http, except on this machine.`,
    hint: 'Check the address and the port (8123, with TLS 8443), and whether the server runs.'
  }),
  'remote.cors': (p: { connection: string; origin: string }) => ({
    message: `\`${p.connection}\` answers, but not to web pages.`,
    cause: `${p.origin} does not send \`Access-Control-Allow-Origin\`, so the browser keeps its answer from this page.`,
    hint: "Ask the server's owner to set `add_http_cors_header = 1` in the profile of your user."
  }),
  'remote.too-old': (p: { connection: string; version: string }) => ({
    message: `\`${p.connection}\` is ClickHouse ${p.version}, which is too old to ask from here.`,
    cause: 'It does not know the settings that a query is sent with, nor the ArrowStream format.',
    hint: 'Ask a server of version 21 or later, or export the result there and drop the file here.'
  }),
  'remote.auth': (p: { connection: string; user: string; detail: string }) => ({
    message: `\`${p.connection}\` does not let \`${p.user}\` in.`,
    cause: p.detail,
    hint: 'Correct user and password of the connection, or ask the owner for the right to read.'
  }),
  'remote.sql': (p: { connection: string; detail: string }) => ({
    message: `\`${p.connection}\` cannot run the query.`,
    cause: p.detail,
    hint: 'Correct the query. It is written in the SQL of ClickHouse, as one SELECT.'
  }),
  'remote.timeout': (p: { connection: string; detail: string }) => ({
    message: `\`${p.connection}\` took too long.`,
    cause: p.detail,
    hint: 'Ask for less: a shorter period, sums instead of lines.'
  }),
  'remote.limit': (p: { connection: string; detail: string }) => ({
    message: `\`${p.connection}\` refused the query: it would go beyond a limit or quota of the server.`,
    cause: p.detail,
    hint: 'Ask for less, or later, or ask the owner for more.'
  }),
  'remote.readonly': (p: { connection: string; detail: string }) => ({
    message: `\`${p.connection}\` does not let this user do that.`,
    cause: p.detail,
    hint: 'Ask only to read. If it was only reading, the owner can give the user `readonly = 2`.'
  }),
  'remote.answer': (p: { connection: string; status: number; detail: string }) => ({
    message: `\`${p.connection}\` did not answer as ClickHouse does.`,
    cause: `Status ${p.status}. ${p.detail}`,
    hint: 'Check the address: it is that of the HTTP interface, port 8123 or 8443.'
  }),
  'remote.broken': (p: { connection: string; detail: string }) => ({
    message: `The answer of \`${p.connection}\` broke off.`,
    cause: p.detail,
    hint: 'Run again.'
  }),
  'remote.range': (p: { url: string }) => ({
    message: 'The file changed, or the server stopped giving parts of it, while it was read.',
    cause: p.url,
    hint: 'Run again.'
  }),
  'remote.compressed': (p: { connection: string }) => ({
    message: `\`${p.connection}\` compresses its answers, which the tab cannot read.`,
    cause:
      'Its user may not change settings (`readonly = 1`), so the tab cannot ask for plain ones.',
    hint: "Ask the server's owner for `output_format_arrow_compression_method = none` in the profile of the user, or for `readonly = 2`."
  }),
  'remote.cut': (p: { kept: number; all: number; most: string }) => ({
    severity: 'warning' as const,
    message:
      p.all < 0
        ? `Only the first ${count(p.kept)} rows were brought here.`
        : `${count(p.kept)} of ${count(p.all)} rows were brought here; ${count(p.all - p.kept)} were cut.`,
    cause: `From an engine elsewhere at most ${p.most} come into the tab.`,
    hint: 'Aggregate in the query, so that what comes is what you study.'
  })
});

import { family } from './catalogue.ts';

const count = (n: number) => n.toLocaleString('en');

/** Problems of live sources: addresses, connections, frames and what comes in them. */
export const feedProblems = family({
  'feed.url': (p: { url: string }) => ({
    message: `\`${p.url}\` is no address.`,
    cause: 'An address is whole, such as wss://example.org/orders.',
    hint: 'Write it with its scheme and host.'
  }),
  'feed.secret': (p: { where: string; what: string }) => ({
    message: `\`${p.where}\` holds a secret: ${p.what}.`,
    cause: 'A notebook is a file that is shared. What stands in it is no secret any more.',
    hint: 'Make a connection, which stays in this browser, and write `connection: NAME` instead of the address.'
  }),
  'feed.place': (p: { source: string }) => ({
    message: `\`${p.source}\` does not say where to connect.`,
    cause: 'It takes `url` with an address, or `connection` with the name of one in this browser.',
    hint: `Write \`${p.source}: { connection: NAME, … }\`.`
  }),
  'feed.scheme': (p: { source: string; connection: string; scheme: string; wanted: string }) => ({
    message: `\`${p.source}\` cannot connect to an address of ${p.scheme}.`,
    cause: `It speaks ${p.wanted}.`,
    hint: p.connection
      ? `Correct the address of the connection \`${p.connection}\`.`
      : 'Correct the address.'
  }),
  'feed.path': (p: { path: string; connection: string }) => ({
    message: `\`${p.path}\` leads away from \`${p.connection}\`.`,
    cause:
      'A path stands below the address of its connection, so that its password goes nowhere else.',
    hint: 'Write a path such as /orders, or make a connection of that address.'
  }),
  'feed.mixed-content': (p: { host: string; scheme: string; secure: string }) => ({
    message: `The browser does not let this page connect to ${p.host}.`,
    cause: `The page came by https, so it may not use ${p.scheme} except on this machine.`,
    hint: `Use ${p.secure} (a TLS listener or a proxy in front of the server), or open the page from this machine.`
  }),
  'feed.unreachable': (p: { connection: string; host: string }) => ({
    message: `${p.host} cannot be reached.`,
    cause: 'Nothing answers there, or something in between does not let it through.',
    hint: 'Check the address and the port, and whether the server runs.'
  }),
  'feed.handshake': (p: { connection: string; host: string }) => ({
    message: `${p.host} answers, but opens no WebSocket.`,
    cause:
      'The path is another one, the server wants user and password, or it takes no pages from here. Browsers do not say which.',
    hint: "Check the path and the credentials of the connection, and whether the server's list of allowed origins holds this page."
  }),
  'feed.cors': (p: { connection: string; host: string }) => ({
    message: `${p.host} answers, but not to web pages.`,
    cause:
      'It does not send `Access-Control-Allow-Origin`, so the browser keeps its answer from this page.',
    hint: "Ask the server's owner to send `Access-Control-Allow-Origin` with the origin of this page, or *."
  }),
  'feed.preflight': (p: { connection: string; host: string; headers: string }) => ({
    message: `${p.host} takes requests from web pages, but not with ${p.headers}.`,
    cause: `Browsers ask first whether such a header may be sent, and the server does not say that it may (VictoriaMetrics of 1.79 is such a one).`,
    hint: `Let the server or a proxy answer OPTIONS with \`Access-Control-Allow-Headers: ${p.headers}\`, or use a connection without credentials if it gives its data to anyone.`
  }),
  'feed.auth': (p: { connection: string; host: string; detail: string }) => ({
    message: `${p.host} does not let us in.`,
    cause: p.detail,
    hint: p.connection
      ? `Correct user, password or token of the connection \`${p.connection}\`.`
      : 'Make a connection with user and password or a token, and name it with `connection` instead of `url`.'
  }),
  'feed.not-allowed': (p: { connection: string; what: string; detail: string }) => ({
    message: `We may not read \`${p.what}\`.`,
    cause: p.detail,
    hint: 'Ask the owner of the server for the right to read it, or name another one.'
  }),
  'feed.not-found': (p: { host: string; path: string }) => ({
    message: `${p.host} has nothing at \`${p.path}\`.`,
    cause: 'It answered 404 (not found).',
    hint: 'Correct the path.'
  }),
  'feed.status': (p: { host: string; status: number; detail: string }) => ({
    message: `${p.host} answered ${p.status}.`,
    ...(p.detail ? { cause: p.detail } : {}),
    hint: 'Check the address; the server may have more to say in its log.'
  }),
  'feed.query': (p: { host: string; detail: string }) => ({
    message: `${p.host} does not take the query.`,
    cause: p.detail,
    hint: 'Correct `query`. It is written in PromQL.'
  }),
  'feed.stream': (p: { host: string; stream: string; detail: string }) => ({
    message: `${p.host} has no JetStream stream \`${p.stream}\` to read.`,
    cause: p.detail,
    hint: 'Correct `stream`, or leave it out to take messages as they pass.'
  }),
  'feed.lost': (p: { host: string; detail: string }) => ({
    severity: 'warning' as const,
    message: `The connection to ${p.host} was lost.`,
    cause: p.detail,
    hint: 'It is tried again by itself, each time after a longer wait.'
  }),
  'feed.ended': (p: { host: string }) => ({
    severity: 'warning' as const,
    message: `${p.host} ended the connection.`,
    hint: 'It is made again by itself.'
  }),
  'feed.silent': (p: { host: string; seconds: number }) => ({
    severity: 'warning' as const,
    message: `Nothing came from ${p.host} for ${count(p.seconds)} s.`,
    cause: 'A connection can be dead without either side being told.',
    hint: 'It is made again by itself. `silence` sets how long nothing may come.'
  }),
  'feed.overflow': (p: { messages: number }) => ({
    severity: 'warning' as const,
    message: `More than ${count(p.messages)} messages waited, so the connection was closed for a moment.`,
    cause: 'They come faster than they are taken, and a page cannot ask a WebSocket to wait.',
    hint: 'Send batches (arrays or Arrow frames), or choose `queue: { policy: drop-oldest }` or `sample`.'
  }),
  'feed.frame': (p: { format: string; detail: string; sample: string }) => ({
    message: `What comes is not ${p.format}.`,
    cause: `${p.detail}${p.sample ? ` It begins with \`${p.sample}\`.` : ''}`,
    hint: 'Say how it is written with `format`: json, ndjson, csv or arrow.'
  }),
  'feed.media-type': (p: { host: string; expected: string; got: string }) => ({
    message: `${p.host} sends ${p.got || 'an unnamed type'}, not ${p.expected}.`,
    cause: 'The address is that of a page or of another kind of feed.',
    hint: 'Correct the address, or use `ndjson` or `poll` for what it sends.'
  }),
  'feed.unreadable': (p: { format: string; detail: string; sample: string }) => ({
    severity: 'warning' as const,
    message: `Some of what comes is not ${p.format} and is left out.`,
    cause: `${p.detail}${p.sample ? ` The first begins with \`${p.sample}\`.` : ''}`,
    hint: 'The count is shown with the feed. Say how it is written with `format` if it is many.'
  }),
  'feed.misfit': (p: { column: string; type: string; sample: string }) => ({
    severity: 'warning' as const,
    message: `\`${p.sample}\` in \`${p.column}\` is no ${p.type} and counts as missing.`,
    cause: 'The types of the columns stand from the first events on.',
    hint: `State the type with \`schema\`, such as \`${p.column}: text\`, and run again.`
  }),
  'feed.strangers': (p: { names: string }) => ({
    severity: 'warning' as const,
    message: `Events came with columns that the first ones did not have: ${p.names}. They are left out.`,
    cause: 'The columns of a stream stand from the first events on.',
    hint: 'State the columns with `schema` and run again.'
  }),
  'feed.type': (p: { column: string; type: string; known: string }) => ({
    message: `\`${p.column}\` cannot be of type \`${p.type}\`.`,
    cause: `A column of a live source is one of ${p.known}.`,
    hint: 'Write one of them.'
  }),
  'feed.schema-lacks': (p: { column: string; key: string }) => ({
    message: `\`schema\` does not name \`${p.column}\`, which \`${p.key}\` needs.`,
    cause: 'With `schema`, a live source has exactly the columns it names.',
    hint: `Add \`${p.column}\` to \`schema\`.`
  }),
  'feed.no-time': (p: { found: string; known: string }) => ({
    message: 'Which column is the event time is not clear.',
    cause: p.found
      ? `Several columns hold times: ${p.found}.`
      : `No column holds times; there are ${p.known}.`,
    hint: 'Name one with `time:` (text such as 2024-05-31T14:05:00Z, or seconds or milliseconds since 1970), or write `time: received` for when each event came.'
  }),
  'feed.no-resume': (p: { host: string; headers: string }) => ({
    severity: 'warning' as const,
    message: `${p.host} cannot be told where to go on, so events may be missing after each break.`,
    cause: `It does not let web pages send ${p.headers}.`,
    hint: `Let it answer OPTIONS with \`Access-Control-Allow-Headers: ${p.headers}\`.`
  }),
  'feed.no-file': (p: { file: string }) => ({
    message: `The notebook has no file \`${p.file}\` that can be followed.`,
    cause:
      'A growing file is read again and again where it lies, which only Chromium allows, for files given by its file dialog or dropped.',
    hint: 'Give the file to the notebook (Add files), and allow reading when the browser asks.'
  }),
  'feed.replaced': (p: { file: string; shorter: boolean }) => ({
    severity: 'warning' as const,
    message: `\`${p.file}\` ${p.shorter ? 'is shorter than it was' : 'no longer has the lines that were read'}, and is read from its beginning.`,
    cause: 'It was cut, or another file has taken its place, as when a log is rotated.',
    hint: 'Lines that were added to the old file just before may be missing: have it rotated less often, or set `every` lower.'
  }),
  'feed.own-channel': (p: { channel: string }) => ({
    message: `This stream publishes to the channel that it listens on, \`${p.channel}\`.`,
    cause: 'It would hear its own events as new ones, and post them again without end.',
    hint: 'Give `publish` another name, or remove it: who listens on the channel has these events already.'
  }),
  'feed.no-channel': (p: { what: string }) => ({
    message: `This browser has no ${p.what}.`,
    hint: 'Use a current browser.'
  })
});

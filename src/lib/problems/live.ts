import { family } from './catalogue.ts';

/** Problems of streams, windows, measures, detectors and alert rules. */
export const liveProblems = family({
  'live.no-source': (p: { known: string }) => ({
    message: 'This stream has nothing to take events from.',
    cause: `A stream names one of ${p.known}.`,
    hint: 'Write `replay: { source: NAME, time: COLUMN }`, or a live source such as `websocket: ADDRESS`.'
  }),
  'live.many-sources': (p: { sources: string }) => ({
    message: `This stream has several sources: ${p.sources}.`,
    cause: 'One stream takes its events from one source.',
    hint: 'Keep one of them, and give each of the others a stream cell of its own.'
  }),
  'live.no-time': (p: { relation: string; found: string }) => ({
    message: `Which column of \`${p.relation}\` is the event time is not clear.`,
    cause: p.found
      ? `Several columns hold times: ${p.found}.`
      : 'No column of it holds dates or timestamps.',
    hint: p.found
      ? 'Name one with `time:`.'
      : 'Cast a column to a timestamp first, in a clean or query cell.'
  }),
  'live.time-type': (p: { column: string; type: string }) => ({
    message: `\`${p.column}\` cannot be the event time.`,
    cause: `It is of type ${p.type}; event time is a date or a timestamp.`,
    hint: `Cast it first, in a clean or query cell, such as \`${p.column}::timestamp\`.`
  }),
  'live.time-text': (p: { column: string; value: string; row: number }) => ({
    message: `\`${p.value}\` in \`${p.column}\` is not a time.`,
    cause: `Row ${p.row} is the first that does not read as 2024-05-31 or 2024-05-31T14:05:00Z.`,
    hint: 'Use `parse_date` in a clean cell to say how its dates are written.'
  }),
  'live.from': (p: { value: string }) => ({
    message: `\`from\` cannot be \`${p.value}\`.`,
    cause: 'A replay starts at a time such as 2024-05-31 or 2024-05-31T14:05:00Z.',
    hint: 'Write the time of the first event to play, or remove the line to play all.'
  }),
  'live.column': (p: { column: string; relation: string; nearest: string; known: string }) => ({
    message: `\`${p.relation}\` has no column \`${p.column}\`.`,
    cause: `It has ${p.known}.`,
    hint: p.nearest ? `Did you mean \`${p.nearest}\`?` : 'Name one of its columns.'
  }),
  'live.arrival-taken': (p: { relation: string }) => ({
    message: `\`${p.relation}\` already has a column \`arrival\`.`,
    cause: 'A stream numbers its events in a column of that name.',
    hint: 'Rename the column first, in a clean or query cell.'
  }),
  'live.untimed': (p: { rows: number; column: string }) => ({
    severity: 'warning' as const,
    message: `${p.rows} rows have no \`${p.column}\` and were left out.`,
    cause: 'An event without a time has no place in a stream.',
    hint: 'Fill or drop these rows in a clean cell.'
  }),
  'live.keys-crowded': (p: { most: string }) => ({
    severity: 'warning' as const,
    message: 'Events are left out of windows, because their keys find no room.',
    cause: `${p.most} keys are known at once, and each of them has a window, an alert or a balance that is still open.`,
    hint: 'Watch by a column with fewer values, or raise `retain: { keys: … }`. The cell counts these events, and the log of the stream has them.'
  }),
  'live.forecast': (p: { relation: string; detail: string; remedy: string }) => ({
    message: `\`${p.relation}\` cannot be compared with windows.`,
    cause: p.detail,
    hint: p.remedy
  }),
  'live.forecast-unmatched': (p: { relation: string }) => ({
    severity: 'warning' as const,
    message: `No window was foretold by \`${p.relation}\`.`,
    cause:
      'A forecast counts for the window of its key that starts at its time; no row of it does.',
    hint: 'Give the windows the length of a step of the forecast, and let both begin at the same times and name the same keys. Windows start at multiples of their size since 1970-01-01T00:00Z.'
  }),
  'live.expression': (p: { text: string; detail: string; remedy: string }) => ({
    message: `\`${p.text}\` cannot be read.`,
    cause: p.detail,
    hint: p.remedy
  }),
  'live.text-number': (p: { column: string }) => ({
    message: `\`${p.column}\` holds text where a number is needed.`,
    cause: 'Sums, means and comparisons with numbers take numeric columns.',
    hint: `Cast it first, use \`distinct(${p.column})\`, or compare it with a text such as '…'.`
  }),
  'live.name': (p: { name: string; nearest: string; known: string }) => ({
    message: `There is no measure \`${p.name}\`.`,
    cause: `This monitor has ${p.known}.`,
    hint: p.nearest ? `Did you mean \`${p.nearest}\`?` : `Add it under \`measures\`.`
  }),
  'live.duplicate-name': (p: { name: string; what: string }) => ({
    message: `The name \`${p.name}\` is used twice.`,
    cause: `${p.what} share one table, so each needs its own name.`,
    hint: 'Rename one of them.'
  }),
  'live.window': (p: { detail: string; remedy: string }) => ({
    message: p.detail,
    hint: p.remedy
  }),
  'live.silence': (p: { alert: string; known: string }) => ({
    severity: 'warning' as const,
    message: `A silence names the alert \`${p.alert}\`, which is not here.`,
    cause: p.known ? `The rules are ${p.known}.` : 'There are no alert rules.',
    hint: 'Correct the name, or remove the silence.'
  }),
  'live.matcher': (p: { matcher: string; detail: string }) => ({
    message: `\`${p.matcher}\` is not a matcher.`,
    cause: p.detail,
    hint: 'Write `depot=north`, `depot!=north`, `severity=~"page|ticket"` or `severity!~"info.*"`.'
  }),
  'live.stream-missing': (p: { stream: string }) => ({
    message: `There is no stream \`${p.stream}\` to follow.`,
    cause: 'It has not run, or it was stopped before its first event.',
    hint: `Run \`${p.stream}\` first.`
  }),
  'live.stream-ended': (p: { stream: string }) => ({
    message: `The stream \`${p.stream}\` broke off.`,
    cause: 'It ended with a problem of its own.',
    hint: `Mend \`${p.stream}\` and run it again.`
  }),
  'live.opening': (p: { relation: string; detail: string; remedy: string }) => ({
    message: `\`${p.relation}\` cannot give the stock that ledgers begin with.`,
    cause: p.detail,
    hint: p.remedy
  }),
  'live.late-counts': (p: { rows: number }) => ({
    severity: 'warning' as const,
    message: `${p.rows} stock counts came too late and were left out.`,
    cause:
      'A count sets the level at its time; these are older than every window still open, and what moved since has been added up.',
    hint: 'Raise `disorder` or `lateness` so that windows wait for counts.'
  }),
  'live.not-led': (p: { cell: string }) => ({
    message: `\`${p.cell}\` does not run in the tab that has this notebook.`,
    cause: 'This tab shows what the live cells do in another one.',
    hint: 'Run the cell there, or take the notebook over here.'
  }),
  'live.log-nowhere': () => ({
    severity: 'warning' as const,
    message: 'The events of this stream are kept in memory alone.',
    cause: 'This browser gives the page no files of its own, as in some private windows.',
    hint: 'Open the notebook in an ordinary window if they are to be there after a reload.'
  }),
  'live.log-full': () => ({
    severity: 'warning' as const,
    message: 'The disk is full: from here on the events of this stream are kept in memory alone.',
    cause: 'This browser gives the site no more room.',
    hint: 'Make room under Memory and storage, or give the stream a `retain`; then stop it and run it again. What was written before is safe.'
  }),
  'live.log-failed': (p: { detail: string }) => ({
    severity: 'warning' as const,
    message: 'The events of this stream are kept in memory alone.',
    cause: `Its log could not be written or read: ${p.detail}`,
    hint: 'Stop the stream and run it again. If that does not help, start it from nothing.'
  }),
  'live.log-damaged': (p: { file: string; from: number; to: number; rows: number }) => ({
    severity: 'warning' as const,
    message: `${p.rows} events of the log could not be read again: ${p.from} to ${p.to}.`,
    cause: `A part of its file \`${p.file}\` is not what was written. All events before and after it are there.`,
    hint: 'Start the stream from nothing if its source still has them.'
  }),
  'live.orders-overflow': (p: { rows: number }) => ({
    severity: 'warning' as const,
    message: `${p.rows} orders found no place of their own.`,
    cause:
      'A million open orders are held one by one; further ones are left out of deliveries, and count with the order before them among backorders.',
    hint: 'Watch fewer orders in one monitor, or see why so many stay open.'
  }),
  'live.quantile-sketch': (p: { measure: string; limit: number; error: string }) => ({
    severity: 'warning' as const,
    message: `\`${p.measure}\` is approximate in large windows.`,
    cause: `Quantiles are exact up to ${p.limit} values in a window; beyond that they are right to ${p.error} of the value.`,
    hint: 'Use a shorter window or more keys if that is not close enough.'
  })
});

import { family } from './catalogue.ts';

/** Problems of bringing files in. */
export const sourceProblems = family({
  'source.no-file': (p: { file: string; nearest: string; given: string }) => ({
    message: `There is no file \`${p.file}\`.`,
    cause: p.given
      ? `The files given are ${p.given}.`
      : 'No file has been given to this notebook yet.',
    hint: p.nearest
      ? `Did you mean \`${p.nearest}\`?`
      : 'Drop the file anywhere on the page, or choose it in the files panel.'
  }),
  'source.no-example': (p: { example: string; nearest: string; known: string }) => ({
    message: `There is no bundled data set \`${p.example}\`.`,
    cause: `The bundled sets are ${p.known}.`,
    hint: p.nearest ? `Did you mean \`${p.nearest}\`?` : 'Name one of the bundled sets.'
  }),
  'source.example-unreachable': (p: { path: string; detail: string }) => ({
    message: `The bundled file \`${p.path}\` cannot be read.`,
    cause: p.detail,
    hint: 'Check that the site was copied whole, its `data` folder included, and reload the page.'
  }),
  'source.file-lost': (p: { file: string; detail: string }) => ({
    message: `The file \`${p.file}\` can no longer be read.`,
    cause: p.detail,
    hint: 'Give the file again: drop it on the page, or choose it in the files panel. With a copy in this browser it would still be here.'
  }),
  'source.out-of-memory': (p: { file: string; rows: number; limit: string }) => ({
    message: `\`${p.file}\` does not fit into the memory of this browser tab.`,
    cause: `${p.rows > 0 ? `After ${p.rows.toLocaleString('en')} rows` : 'While it was read'}, the ${p.limit} that the engine may use were full. The tables of the other cells are still there.`,
    hint: 'Load only the columns you need (`only: [day, sku, qty]`), only the rows you need (`filter: qty > 0`), or a sample (`sample: 0.1`). Other tables can be let go in the memory panel.'
  }),
  'source.empty': (p: { file: string }) => ({
    message: `The file \`${p.file}\` is empty.`,
    cause: 'It holds 0 bytes, or nothing but line ends.',
    hint: 'Export it again from where it comes from. A table without rows still has its header line.'
  }),
  'source.not-a-table': (p: { file: string; what: string }) => ({
    message: `The file \`${p.file}\` is no table.`,
    cause: `It is ${p.what}.`,
    hint: 'Save the data as CSV or Parquet, and give that file.'
  }),
  'source.wrong-format': (p: { file: string; format: string; what: string }) => ({
    message: `The file \`${p.file}\` is not ${p.format}.`,
    cause: `Its bytes show ${p.what}.`,
    hint: 'Take the `format:` line out, or give the right file.'
  }),
  'source.broken-file': (p: { file: string; format: string; detail: string }) => ({
    message: `The ${p.format} file \`${p.file}\` is damaged.`,
    cause: p.detail,
    hint: 'Copy or download the file again; it may have been cut short.'
  }),
  'source.json': (p: { file: string; line: number; detail: string }) => ({
    message: `The file \`${p.file}\` is not the JSON that a table needs.`,
    cause: `Line ${p.line}: ${p.detail}.`,
    hint: 'A table is a list of objects: `[{"sku": "a", "qty": 1}, …]`, or one object a line.'
  }),
  'source.json-path': (p: {
    file: string;
    path: string;
    key: string;
    nearest: string;
    known: string;
  }) => ({
    message: `There is nothing at \`${p.path}\` in \`${p.file}\`.`,
    cause: p.known
      ? `Where \`${p.key}\` should stand, the keys are ${p.known}.`
      : `Where \`${p.key}\` should stand, there are no keys.`,
    hint: p.nearest
      ? `Did you mean \`${p.nearest}\`?`
      : 'Correct `path` under `options`, or take it out to have the rows found.'
  }),
  'source.encoding-unknown': (p: { encoding: string }) => ({
    message: `There is no encoding \`${p.encoding}\`.`,
    cause: 'Known are utf-8, utf-16le, utf-16be, windows-1252, gbk and the other names of the web.',
    hint: 'Take the line out to have the encoding found.'
  }),
  'source.encoding-contradicted': (p: {
    file: string;
    encoding: string;
    detail: string;
    instead: string;
  }) => ({
    message: `The file \`${p.file}\` is not ${p.encoding}.`,
    cause: `In the file, ${p.detail}.`,
    hint: `Write \`encoding: ${p.instead}\`, or take the line out to have it found.`
  }),
  'source.encoding-guessed': (p: { file: string; encoding: string }) => ({
    severity: 'warning' as const,
    message: `\`${p.file}\` was read as ${p.encoding}.`,
    cause: 'It is not UTF-8 and does not say what it is.',
    hint: 'Look at words with accents. If they are wrong, state `encoding` under `options`.'
  }),
  'source.header-doubtful': (p: { file: string; value: string }) => ({
    severity: 'warning' as const,
    message: `The first row of \`${p.file}\` was taken as the names of columns.`,
    cause: `It holds \`${p.value}\`, which looks like data.`,
    hint: 'Write `header: false` under `options` if the file has no names.'
  }),
  'source.ambiguous-date': (p: { column: string }) => ({
    severity: 'warning' as const,
    message: `The dates in \`${p.column}\` can be read in two ways, so they stayed text.`,
    cause: 'Day and month are both 12 or less in every row.',
    hint: 'State the order: `date_format: "%d/%m/%Y"` or `"%m/%d/%Y"` under `options`.'
  }),
  'source.column-missing': (p: {
    column: string;
    file: string;
    nearest: string;
    columns: string;
  }) => ({
    message: `The file \`${p.file}\` has no column \`${p.column}\`.`,
    cause: `Its columns are ${p.columns}.`,
    hint: p.nearest
      ? `Did you mean \`${p.nearest}\`?`
      : 'Correct the name under `columns`, or give the file that has it.'
  }),
  'source.type-unknown': (p: { column: string; type: string }) => ({
    message: `\`${p.type}\` is no type for the column \`${p.column}\`.`,
    cause: 'Types are integer, number, text, boolean, date, timestamp, and decimal(18,2).',
    hint: 'Write one of them under `columns`.'
  }),
  'source.bad-row': (p: {
    file: string;
    line: number;
    column: string;
    value: string;
    reason: string;
  }) => ({
    message: `Line ${p.line} of \`${p.file}\` does not fit.`,
    cause: p.column
      ? `\`${p.column}\` is \`${p.value}\`. ${p.reason}`
      : `${p.reason} \`${p.value}\``,
    hint: 'Mend the file, or write `on_bad_rows: reject` to put such rows aside.'
  }),
  'source.rejected': (p: { rejected: number; relation: string }) => ({
    severity: 'warning' as const,
    message: `${p.rejected} ${p.rejected === 1 ? 'row was' : 'rows were'} put aside.`,
    cause: 'They do not fit the columns of the file or the types under `columns`.',
    hint: `Look at them in \`${p.relation}\`.`
  }),
  'source.unsettled': (p: { file: string }) => ({
    message: `The types of the columns of \`${p.file}\` could not be settled.`,
    cause: 'Every reading showed other values.',
    hint: 'State the types under `columns`.'
  }),
  'source.too-large': (p: { file: string; limit: string }) => ({
    message: `The file \`${p.file}\` is too large once it is unpacked.`,
    cause: `It holds more than ${p.limit}.`,
    hint: 'Unpack it, and give the part that is needed.'
  }),
  'source.archive-locked': (p: { file: string; member: string }) => ({
    message: `The archive \`${p.file}\` is protected by a password.`,
    cause: `\`${p.member}\` in it is encrypted.`,
    hint: 'Unpack it with its password, and give the files.'
  }),
  'source.archive-no-member': (p: {
    file: string;
    wanted: string;
    nearest: string;
    members: string;
  }) => ({
    message: `The archive \`${p.file}\` holds no \`${p.wanted}\`.`,
    cause: p.members ? `In it are ${p.members}.` : 'It is empty.',
    hint: p.nearest
      ? `Did you mean \`${p.nearest}\`?`
      : 'Name members behind the archive: `file: "orders.zip/*.csv"`.'
  }),
  'source.archive-left-out': (p: { file: string; read: string; left: string }) => ({
    severity: 'warning' as const,
    message: `Not everything in \`${p.file}\` was read.`,
    cause: `Read: ${p.read}. Left out: ${p.left}.`,
    hint: 'To read others, name them behind the archive: `file: "orders.zip/*.csv"`.'
  }),
  'source.old-office': (p: { file: string }) => ({
    message: `The file \`${p.file}\` is an old Office file, such as .xls.`,
    cause: 'Only workbooks of Excel 2007 and later (.xlsx, .xlsm) can be read.',
    hint: 'Open it in a spreadsheet program and save it as .xlsx or as CSV.'
  }),
  'source.book-locked': (p: { file: string }) => ({
    message: `The workbook \`${p.file}\` is protected by a password.`,
    cause: 'Its contents are encrypted.',
    hint: 'Open it, take the password away (File, Info, Protect Workbook), and save it again.'
  }),
  'source.no-sheet': (p: { file: string; sheet: string; nearest: string; sheets: string }) => ({
    message: `The workbook \`${p.file}\` has no sheet \`${p.sheet}\`.`,
    cause: `Its sheets are ${p.sheets}.`,
    hint: p.nearest
      ? `Did you mean \`${p.nearest}\`?`
      : 'Write the name or the number of one of them as `sheet` under `options`.'
  }),
  'source.empty-book': (p: { file: string; sheets: string }) => ({
    message: `The workbook \`${p.file}\` holds no data.`,
    cause: p.sheets ? `Its sheets ${p.sheets} are empty.` : 'It has no sheet with cells.',
    hint: 'Give the workbook that holds the table.'
  }),
  'source.empty-sheet': (p: { file: string; sheet: string }) => ({
    message: `The sheet \`${p.sheet}\` of \`${p.file}\` holds no data there.`,
    cause: 'No cell of the range, below the rows that are skipped, holds a value.',
    hint: 'Name another sheet, or correct `range` and `skip` under `options`.'
  }),
  'source.bad-range': (p: { range: string }) => ({
    message: `\`${p.range}\` is no range of cells.`,
    cause: 'A range is written as in a spreadsheet: `A1:F200`, `A:F` or `3:200`.',
    hint: 'Correct `range` under `options`, or take it out to read the whole sheet.'
  }),
  'source.sheet-chosen': (p: { file: string; sheet: string; sheets: string }) => ({
    severity: 'warning' as const,
    message: `The sheet \`${p.sheet}\` of \`${p.file}\` was read.`,
    cause: `The workbook holds ${p.sheets}; this is the first with data.`,
    hint: `State \`sheet\` under \`options\`, to be sure or to read another.`
  }),
  'source.sheet-header': (p: { file: string; sheet: string; titles: string; header: number }) => ({
    severity: 'warning' as const,
    message: `The header of \`${p.sheet}\` in \`${p.file}\` was put together from merged cells.`,
    cause: [
      p.titles ? `Row ${p.titles} holds a title and was left out.` : '',
      p.header > 1 ? `${p.header} rows were joined into the names of columns.` : ''
    ]
      .filter(Boolean)
      .join(' '),
    hint: 'If that is wrong, state `skip` (rows above the header) or `range` under `options`.'
  }),
  'source.sheet-merged': (p: { file: string; sheet: string; merged: number; first: string }) => ({
    severity: 'warning' as const,
    message: `\`${p.sheet}\` of \`${p.file}\` has merged cells among its data.`,
    cause: `There are ${p.merged}, the first at ${p.first}. The value stands in the top left cell; the others are missing.`,
    hint: 'To repeat it downwards, use `fill` with `with: forward` in a clean cell.'
  }),
  'source.sheet-errors': (p: { file: string; sheet: string; cells: number; first: string }) => ({
    severity: 'warning' as const,
    message: `${p.cells} ${p.cells === 1 ? 'cell' : 'cells'} of \`${p.sheet}\` in \`${p.file}\` ${p.cells === 1 ? 'shows an error and is' : 'show errors and are'} missing.`,
    cause: `The first is ${p.first}.`,
    hint: 'Mend the formula in the workbook if the value is needed.'
  }),
  'source.sheet-unreckoned': (p: { file: string; sheet: string; unreckoned: number }) => ({
    severity: 'warning' as const,
    message: `${p.unreckoned} ${p.unreckoned === 1 ? 'formula' : 'formulas'} of \`${p.sheet}\` in \`${p.file}\` ${p.unreckoned === 1 ? 'has' : 'have'} no value.`,
    cause: 'The program that wrote the workbook did not reckon them.',
    hint: 'Open the workbook in a spreadsheet program and save it again.'
  }),
  'source.no-table': (p: { file: string; table: string; nearest: string; tables: string }) => ({
    message: `The database \`${p.file}\` has no table \`${p.table}\`.`,
    cause: p.tables ? `Its tables and views are ${p.tables}.` : 'It holds no table.',
    hint: p.nearest
      ? `Did you mean \`${p.nearest}\`?`
      : 'Write the name of one of them as `table` under `options`.'
  }),
  'source.empty-database': (p: { file: string }) => ({
    message: `The database \`${p.file}\` holds no table.`,
    cause: 'There is neither a table nor a view in it.',
    hint: 'Give the database that holds the data.'
  }),
  'source.table-chosen': (p: { file: string; table: string; tables: string }) => ({
    severity: 'warning' as const,
    message: `The table \`${p.table}\` of \`${p.file}\` was read.`,
    cause: `The database holds ${p.tables}; this is the first.`,
    hint: 'State `table` under `options`, to be sure or to read another.'
  }),
  'source.sqlite-wal': (p: { file: string }) => ({
    severity: 'warning' as const,
    message: `The last changes of \`${p.file}\` may be missing.`,
    cause: `The database keeps them in a second file, \`${p.file}-wal\`, until it is closed.`,
    hint: 'Close the program that writes it, or run `PRAGMA wal_checkpoint(TRUNCATE)`, and give the file again.'
  }),
  'source.sqlite-blobs': (p: { file: string; columns: string }) => ({
    severity: 'warning' as const,
    message: `Bytes in \`${p.file}\` were turned into text.`,
    cause: `They stand in ${p.columns}, and are written in hexadecimal.`,
    hint: 'Leave such columns out with `select` in a clean cell if they are not needed.'
  }),
  'source.url-bad': (p: { url: string }) => ({
    message: `\`${p.url}\` is no address that can be read.`,
    cause: 'An address begins with https:// or http://.',
    hint: 'Correct `url`. For a file of yours, write its name as `file`.'
  }),
  'source.url-mixed': (p: { url: string }) => ({
    message: `The browser does not let this page read \`${p.url}\`.`,
    cause:
      'The page was loaded over https, the address is plain http: browsers refuse such mixed content.',
    hint: 'Try the address with https://. Else download the file and drop it here, and write `file:` instead of `url:`.'
  }),
  'source.url-offline': (p: { url: string; host: string }) => ({
    message: `\`${p.host}\` cannot be reached.`,
    cause: 'This browser has no connection to the network.',
    hint: 'Connect and run the cell again, or drop a copy of the file here and write `file:` instead of `url:`.'
  }),
  'source.url-unreachable': (p: { url: string; host: string; site: string }) => ({
    message: `\`${p.url}\` could not be read.`,
    cause: `Either \`${p.host}\` did not answer, or it does not let pages of other sites read its files (CORS). The browser does not tell a page which of the two it is.`,
    hint: `If the address opens in a tab of its own, ask its owner to send the header \`Access-Control-Allow-Origin: ${p.site}\`, or download the file and drop it here, and write \`file:\` instead of \`url:\`.`
  }),
  'source.url-status': (p: { url: string; status: number; words: string }) => ({
    message: `The server answered ${p.status} for \`${p.url}\`.`,
    cause: `${p.words}.`,
    hint:
      p.status === 401 || p.status === 403
        ? 'No sign-in is sent with the request. Download the file in a tab where you are signed in and drop it here, and write `file:` instead of `url:`.'
        : p.status >= 500 || p.status === 429
          ? 'Run the cell again in a while.'
          : 'Open the address in a tab and correct it.'
  }),
  'source.url-page': (p: { url: string }) => ({
    message: `\`${p.url}\` gives a web page, no data.`,
    cause: 'It may want a sign-in, or show the file instead of giving it.',
    hint: 'Use the address behind its download button (on GitHub: Raw), or download the file and drop it here, and write `file:` instead of `url:`.'
  }),
  'source.duckdb-file': (p: { file: string; detail: string }) => ({
    message: `The DuckDB database \`${p.file}\` cannot be opened here.`,
    cause: p.detail,
    hint: "In DuckDB, write the table as a file and give that: `COPY my_table TO 'my_table.parquet'`."
  })
});

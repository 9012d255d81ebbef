/**
 * Rows copied from a spreadsheet, as CSV: from tab-separated text, where cells with line ends or quotes stand in quotes,
 * else from the first table of the HTML. `rows` counts those below the header. Null when neither holds a table.
 */
export function csvFromPasted(
  text: string,
  html: string
): { readonly csv: string; readonly rows: number } | null {
  const rows = text.includes('\t') ? rowsOfText(text) : rowsOfHtml(html);
  while (rows.length > 0 && rows.at(-1)!.every((cell) => cell === '')) rows.pop();
  if (rows.length < 2) return null;
  const width = Math.max(...rows.map((row) => row.length));
  const lines = rows.map((row) =>
    Array.from({ length: width }, (_, c) => asCsv(row[c] ?? '')).join(',')
  );
  return { csv: lines.join('\n'), rows: rows.length - 1 };
}

function rowsOfText(text: string): string[][] {
  const rows: string[][] = [[]];
  const cell = /(?:"((?:[^"]|"")*)"(?=[\t\r\n]|$)|([^\t\r\n]*))(\t|\r\n|\r|\n|$)/gy;
  for (let found = cell.exec(text); found; found = cell.exec(text)) {
    const [, quoted, plain = '', end] = found;
    rows.at(-1)!.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === '') break;
    if (end !== '\t') rows.push([]);
  }
  return rows;
}

function rowsOfHtml(html: string): string[][] {
  if (!/<table/i.test(html) || typeof DOMParser === 'undefined') return [];
  const table = new DOMParser().parseFromString(html, 'text/html').querySelector('table');
  return [...(table?.rows ?? [])].map((row) =>
    [...row.cells].flatMap((cell) => {
      const text = (cell.textContent ?? '').trim();
      return [text, ...Array.from({ length: cell.colSpan - 1 }, () => '')];
    })
  );
}

function asCsv(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

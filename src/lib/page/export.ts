import { Cancelled } from '#lib/base/problem.ts';
import type { CopyFormat } from '#lib/cells/core/view.ts';
import { m } from '#lib/messages/messages.svelte.ts';
import { told } from '#lib/messages/told.svelte.ts';
import type { CsvOptions, ExportFormat } from '#lib/runtime/engine.ts';
import { problemOf } from '#lib/state/problem-of.ts';
import type { Session } from '#lib/state/session.svelte.ts';
import { dismissToast, replaceToast, toast } from '#lib/ui/toasts.svelte.ts';
import { download } from './download.ts';

/** A line of the export menu; `words` names its label. */
export interface ExportChoice {
  readonly words: Exclude<ExportFormat, 'markdown'> | 'csvExcel';
  readonly format: ExportFormat;
  readonly csv?: CsvOptions;
}

export const exportChoices: readonly ExportChoice[] = [
  { words: 'csv', format: 'csv' },
  { words: 'csvExcel', format: 'csv', csv: { delimiter: ';', bom: true } },
  { words: 'xlsx', format: 'xlsx' },
  { words: 'parquet', format: 'parquet' },
  { words: 'json', format: 'json' },
  { words: 'ndjson', format: 'ndjson' },
  { words: 'arrow', format: 'arrow' },
  { words: 'sql', format: 'sql' }
];

export const copyFormats: readonly CopyFormat[] = [
  { label: 'TSV', format: 'csv', csv: { delimiter: '\t' } },
  { label: 'CSV', format: 'csv' },
  { label: 'Markdown', format: 'markdown' },
  { label: 'JSON', format: 'json' }
];

/** Rows of an Excel sheet besides its header. */
const rowsPerSheet = 1_048_575;
/** More rows than this are not put on the clipboard: what pastes them would stall. */
const copiedRows = 50_000;

/** Writes a relation to a file and hands it to the reader; long ones say how far they are and can be stopped. */
export async function exportRelation(
  session: Session,
  relation: string,
  format: ExportFormat,
  csv: CsvOptions = {}
): Promise<void> {
  const name = `${relation}.${format}`;
  const words = m().page.notice;
  const control = new AbortController();
  const stop = { label: m().common.stop, run: () => control.abort() };
  let shown: number | null = null;
  const say = (text: string, options: Parameters<typeof toast>[1] = {}) =>
    (shown = shown === null ? toast(text, options) : replaceToast(shown, text, options));
  const started = Date.now();
  try {
    const blob = await session.engine.export(relation, format, {
      csv,
      signal: control.signal,
      onProgress({ done = 0, total }) {
        if (Date.now() - started < 500) return;
        const share = total ? `, ${Math.round((100 * done) / total)} %` : '';
        say(words.exporting(name, share), { mark: 'running', action: stop });
      }
    });
    download(blob, name);
    const sheets = format === 'xlsx' ? Math.ceil(rowsOf(session, relation) / rowsPerSheet) : 1;
    if (sheets > 1) say(words.exportedSheets(name, sheets));
    else if (shown !== null) say(words.exported(name));
  } catch (error) {
    if (error instanceof Cancelled) {
      if (shown !== null) dismissToast(shown);
      return;
    }
    say(wordsOf(error), { mark: 'error' });
  }
}

/** Puts a relation on the clipboard, and says when that is only its first rows. */
export async function copyRelation(
  session: Session,
  relation: string,
  { format, csv = {} }: CopyFormat
): Promise<void> {
  const words = m().page.notice;
  const rows = rowsOf(session, relation);
  const made = session.engine
    .export(relation, format, { csv, limit: copiedRows })
    .then((blob) => blob.text());
  try {
    await writeClipboard(made);
    if (rows > copiedRows) toast(words.rowsCopiedOf(copiedRows, rows));
    else toast(words.rowsCopied(rows));
  } catch {
    const problem = await made.then(() => null, wordsOf);
    toast(problem ?? words.notCopied, { mark: 'error' });
  }
}

/** Browsers let a page write only in answer to a click: the text may come later when its promise is handed over at once. */
async function writeClipboard(text: Promise<string>): Promise<void> {
  if (typeof ClipboardItem === 'undefined') return navigator.clipboard.writeText(await text);
  const blob = text.then((ready) => new Blob([ready], { type: 'text/plain' }));
  await navigator.clipboard.write([new ClipboardItem({ 'text/plain': blob })]);
}

function rowsOf(session: Session, relation: string): number {
  const producer = session.graph.producers.get(relation.toLowerCase());
  const relations = producer === undefined ? [] : session.results.relationsOf(producer);
  return relations.find((info) => info.name === relation)?.rows ?? 0;
}

function wordsOf(error: unknown): string {
  const { message, hint } = told(problemOf(error));
  return hint ? `${message} ${hint}` : message;
}

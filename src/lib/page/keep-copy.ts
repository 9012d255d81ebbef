import { formatBytes, formatPercent } from '#lib/base/format.ts';
import { Cancelled } from '#lib/base/problem.ts';
import { language, m } from '#lib/messages/messages.svelte.ts';
import { told } from '#lib/messages/told.svelte.ts';
import type { CellHandle } from '#lib/state/cell.svelte.ts';
import { problemOf } from '#lib/state/problem-of.ts';
import { setYamlValue } from '#lib/notebook/yaml-edit.ts';
import { dismissToast, replaceToast, toast } from '#lib/ui/toasts.svelte.ts';
import type { PageContext } from './context.ts';
import { noteFiles } from './note-files.ts';

/** Keeps a copy of a given file in this browser; the notebook is saved first, so that the copy has an owner. */
export async function keepCopy(
  { session, keeper, kept }: Pick<PageContext, 'session' | 'keeper' | 'kept'>,
  name: string
): Promise<boolean> {
  const file = session.files.content(name);
  if (!file) return false;
  await noteFiles(session, keeper);
  const done = await kept.keep(file);
  if (done) toast(m().files.keptNotice(name));
  return done;
}

/**
 * Writes the rows of a loaded source as Parquet into this browser, gives that file to the notebook and lets the source
 * read it, as one undo step: the next load takes the types and the rows as they are.
 */
export async function keepParquet(
  { session, keeper, kept }: Pick<PageContext, 'session' | 'keeper' | 'kept'>,
  cell: CellHandle
): Promise<void> {
  const relation = cell.relations.find(({ name }) => name === cell.name);
  if (!relation) return;
  const config = (cell.view.config ?? {}) as { file?: unknown };
  const from = typeof config.file === 'string' ? config.file : cell.name;
  const name = parquetName(from, cell.name);
  const controller = new AbortController();
  const action = { label: m().common.stop, run: () => controller.abort() };
  const say = (share: number) =>
    m().files.packing(name, formatPercent(Math.min(1, share), language(), 0));
  let shown = toast(say(0), { mark: 'running', action });
  try {
    const blob = await session.engine.export(relation.name, 'parquet', {
      signal: controller.signal,
      onProgress({ done, total }) {
        shown = replaceToast(shown, say(total ? done / total : 0), { mark: 'running', action });
      }
    });
    const file = new File([blob], name, { lastModified: Date.now() });
    await noteFiles(session, keeper);
    const whole = await kept.keep(file);
    if (!whole) return dismissToast(shown);
    const copy = (await kept.open()).find((entry) => entry.name === name) ?? file;
    await session.addFiles([copy]);
    session.edit.body(cell.key, readingParquet(cell.body, name), { typing: false });
    await noteFiles(session, keeper);
    replaceToast(shown, m().files.keptParquet(from, name, formatBytes(file.size)));
  } catch (error) {
    if (error instanceof Cancelled) return dismissToast(shown);
    replaceToast(shown, told(problemOf(error)).message, { mark: 'error' });
  }
}

/** The body of a source with the file in the place of what it read; what was done while reading is done. */
function readingParquet(body: string, file: string): string {
  const done = ['example', 'format', 'options', 'only', 'filter', 'columns'];
  return done.reduce(
    (text, key) => setYamlValue(text, [key], undefined),
    setYamlValue(body, ['file'], file)
  );
}

/** `orders.csv.gz` becomes `orders.parquet`; a pattern gives way to the name of the cell. */
function parquetName(from: string, cell: string): string {
  const stem = from.replace(/(?:\.(?:csv|tsv|txt|json|ndjson|jsonl|arrow|gz))+$/i, '');
  return `${/[*?]/.test(stem) || stem === '' || stem === from ? cell : stem}.parquet`;
}

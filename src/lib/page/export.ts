import { Cancelled } from '#lib/base/problem.ts';
import { m } from '#lib/messages/messages.svelte.ts';
import type { ExportFormat } from '#lib/runtime/engine.ts';
import { problemOf } from '#lib/state/problem-of.ts';
import type { Session } from '#lib/state/session.svelte.ts';
import { dismissToast, replaceToast, toast } from '#lib/ui/toasts.svelte.ts';
import { download } from './download.ts';

export const exportFormats: readonly ExportFormat[] = ['csv', 'json', 'ndjson', 'parquet', 'arrow'];

/** Writes a relation to a file and hands it to the reader; long ones say how far they are and can be stopped. */
export async function exportRelation(
  session: Session,
  relation: string,
  format: ExportFormat
): Promise<void> {
  const name = `${relation}.${format}`;
  const words = m().page.notice;
  const control = new AbortController();
  const stop = { label: m().common.stop, run: () => control.abort() };
  let shown: number | null = null;
  const started = Date.now();
  try {
    const blob = await session.engine.export(relation, format, {
      signal: control.signal,
      onProgress({ done, total }) {
        if (Date.now() - started < 500) return;
        const share = total ? `, ${Math.round((100 * done) / total)} %` : '';
        const text = words.exporting(name, share);
        const options = { mark: 'running' as const, action: stop };
        shown = shown === null ? toast(text, options) : replaceToast(shown, text, options);
      }
    });
    download(blob, name);
    if (shown !== null) replaceToast(shown, words.exported(name));
  } catch (error) {
    if (error instanceof Cancelled) {
      if (shown !== null) dismissToast(shown);
      return;
    }
    const { message, hint } = problemOf(error);
    const text = hint ? `${message} ${hint}` : message;
    if (shown === null) toast(text, { mark: 'error' });
    else replaceToast(shown, text, { mark: 'error' });
  }
}

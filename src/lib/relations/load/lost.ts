import { Cancelled } from '#lib/base/problem.ts';
import { fail } from '#lib/problems/index.ts';
import type { OpenFile } from './blob.ts';

/** The problem that a file was moved, changed or deleted while it was read, if that is what lies behind an error. */
export async function asLost(file: OpenFile, error: unknown): Promise<unknown> {
  if (error instanceof Cancelled) return error;
  const reading = await file.probe().then(
    () => null,
    (trouble: unknown) => trouble
  );
  return lost(file.name, reading) ?? lost(file.name, error) ?? error;
}

export function lost(file: string, error: unknown): Error | null {
  const name = error instanceof Error ? error.name : '';
  if (name !== 'NotFoundError' && name !== 'NotReadableError') return null;
  const detail =
    name === 'NotFoundError'
      ? 'It was moved, renamed or deleted after it was given.'
      : 'It was changed on disk after it was given, or the leave to read it has ended.';
  return fail('source.file-lost', { file, detail });
}

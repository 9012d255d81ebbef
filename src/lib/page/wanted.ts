import { connectionKinds, type ConnectionKind } from '#lib/runtime/connection.ts';
import type { Session } from '#lib/state/session.svelte.ts';
import { fitsPattern } from '#lib/state/file-match.ts';

/** Which files source cells ask for and do not have; those with an example run without. */
export function wantedFiles(session: Session): readonly string[] {
  return fileRequests(session)
    .filter(({ example }) => example === undefined)
    .map(({ pattern }) => pattern)
    .filter((pattern, i, all) => all.indexOf(pattern) === i)
    .filter((pattern) => !session.files.list.some((f) => fitsPattern(f.name, pattern)));
}

interface FileRequest {
  readonly cell: string;
  readonly pattern: string;
  readonly example: string | undefined;
}

/** The files named by source cells, as names or globs. */
export function fileRequests(session: Session): readonly FileRequest[] {
  return session.graph.cells.flatMap((cell) => {
    if (cell.kindName !== 'source') return [];
    const config = (cell.cell?.config ?? {}) as { file?: unknown; example?: unknown };
    if (typeof config.file !== 'string' || config.file === '') return [];
    const example = typeof config.example === 'string' ? config.example : undefined;
    return [{ cell: cell.id, pattern: config.file, example }];
  });
}

/** The kind of connection that a cell names: that of the first live source that does, else of an engine. */
export function wantedKind(session: Session, connection: string): ConnectionKind {
  for (const { cell } of session.graph.cells) {
    const { feed } = (cell?.config ?? {}) as {
      feed?: { source: { kind: string; at?: { connection?: string } } } | null;
    };
    if (feed?.source.at?.connection !== connection) continue;
    return connectionKinds.find((kind) => kind === feed.source.kind) ?? 'http';
  }
  return 'clickhouse';
}

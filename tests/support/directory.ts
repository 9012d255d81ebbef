import { MemoryFolder } from './log-folder.ts';

/** A folder in memory as a page sees one of this origin's private files. */
export function directoryOf(folder: MemoryFolder, name = ''): FileSystemDirectoryHandle {
  const handles = () => [
    ...[...folder.contents].map(([file, bytes]) => ({
      kind: 'file' as const,
      name: file,
      getFile: () => Promise.resolve(new File([new Uint8Array(bytes)], file))
    })),
    ...[...folder.below].map(([below, inner]) => directoryOf(inner, below))
  ];
  const directory = {
    kind: 'directory' as const,
    name,
    values: () => each(handles()),
    entries: () => each(handles().map((handle) => [handle.name, handle] as const)),
    getDirectoryHandle: async (below: string) =>
      directoryOf((await folder.folder(below)) as MemoryFolder, below),
    removeEntry: async (entry: string, { recursive = false } = {}) => {
      const inner = folder.below.get(entry);
      if (inner && !recursive && inner.below.size + inner.contents.size > 0)
        throw new DOMException(entry, 'InvalidModificationError');
      if (inner) await folder.removeFolder(entry);
      else await folder.remove(entry);
    }
  };
  return directory as unknown as FileSystemDirectoryHandle;
}

async function* each<T>(list: readonly T[]): AsyncGenerator<T> {
  for (const item of list) yield await Promise.resolve(item);
}

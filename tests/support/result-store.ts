import type { FolderStore } from '#lib/base/folder-store.ts';

/** A result store in memory; each write is later than the one before. */
export function memoryStore(): FolderStore & { truncate(path: string, bytes: number): void } {
  const contents = new Map<string, { bytes: Uint8Array<ArrayBuffer>; written: number }>();
  let clock = 0;
  const fileAt = (path: string): File => {
    const { bytes, written } = contents.get(path)!;
    return new File([bytes], path.split('/')[1]!, { lastModified: written });
  };
  const within = (folder: string) =>
    [...contents.keys()].filter((path) => path.startsWith(`${folder}/`));
  return {
    async write(path, content) {
      const bytes = new Uint8Array(await new Response(content).arrayBuffer());
      contents.set(path, { bytes, written: ++clock });
    },
    read: async (path) => (contents.has(path) ? fileAt(path) : null),
    folders: async () => [...new Set([...contents.keys()].map((path) => path.split('/')[0]!))],
    files: async (folder) => within(folder).map(fileAt),
    async remove(folder) {
      for (const path of within(folder)) contents.delete(path);
    },
    truncate(path, bytes) {
      const entry = contents.get(path)!;
      contents.set(path, { ...entry, bytes: entry.bytes.slice(0, bytes) });
    }
  };
}

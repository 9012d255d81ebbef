/** Folders of files in the browser, one level deep: as much of a file system as kept results and kept files need. */
export interface FolderStore {
  write(path: string, content: ReadableStream<Uint8Array<ArrayBuffer>> | Blob): Promise<void>;
  /** null when there is no such file. */
  read(path: string): Promise<File | null>;
  /** Folders at the top. */
  folders(): Promise<readonly string[]>;
  files(folder: string): Promise<readonly File[]>;
  remove(folder: string): Promise<void>;
}

/** The origin's private file system, under one folder; null where the browser has none that can be written to. */
export async function openFolderStore(folder: string): Promise<FolderStore | null> {
  if (typeof navigator === 'undefined' || !navigator.storage?.getDirectory) return null;
  if (!('createWritable' in FileSystemFileHandle.prototype)) return null;
  const origin = await navigator.storage.getDirectory();
  return storeIn(await origin.getDirectoryHandle(folder, { create: true }));
}

function storeIn(root: FileSystemDirectoryHandle): FolderStore {
  async function fileHandle(path: string, create: boolean): Promise<FileSystemFileHandle> {
    const [folder = '', name = ''] = path.split('/');
    const directory = await root.getDirectoryHandle(folder, { create });
    return directory.getFileHandle(name, { create });
  }
  return {
    async write(path, content) {
      const stream = content instanceof Blob ? content.stream() : content;
      const handle = await fileHandle(path, true);
      await stream.pipeTo(await handle.createWritable());
    },
    async read(path) {
      try {
        return await (await fileHandle(path, false)).getFile();
      } catch {
        return null;
      }
    },
    async folders() {
      const names: string[] = [];
      for await (const [name, handle] of root.entries()) {
        if (handle.kind === 'directory') names.push(name);
      }
      return names;
    },
    async files(folder) {
      const directory = await root.getDirectoryHandle(folder);
      const files: File[] = [];
      for await (const handle of directory.values()) {
        if (handle.kind === 'file') files.push(await handle.getFile());
      }
      return files;
    },
    remove: (folder) => root.removeEntry(folder, { recursive: true })
  };
}

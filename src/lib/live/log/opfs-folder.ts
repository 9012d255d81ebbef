import type { LogFile, LogFolder } from './log-files.ts';

/** As FileSystemSyncAccessHandle, which the types of pages do not have. */
interface SyncHandle {
  getSize(): number;
  read(into: Uint8Array, options: { at: number }): number;
  write(bytes: Uint8Array, options: { at: number }): number;
  truncate(size: number): void;
  flush(): void;
  close(): void;
}

interface SyncFile {
  createSyncAccessHandle(): Promise<SyncHandle>;
}

/**
 * A folder of the origin's private file system, with files opened by sync access handles; null where there are none:
 * outside workers, in some private windows, in older browsers.
 */
export async function openOpfsFolder(name: string): Promise<LogFolder | null> {
  try {
    if (typeof navigator === 'undefined' || !navigator.storage?.getDirectory) return null;
    if (!('createSyncAccessHandle' in FileSystemFileHandle.prototype)) return null;
    const origin = await navigator.storage.getDirectory();
    return folderOf(await origin.getDirectoryHandle(name, { create: true }));
  } catch {
    return null;
  }
}

function folderOf(directory: FileSystemDirectoryHandle): LogFolder {
  return {
    async files() {
      const found: { name: string; bytes: number }[] = [];
      for await (const handle of directory.values()) {
        if (handle.kind === 'file')
          found.push({ name: handle.name, bytes: (await handle.getFile()).size });
      }
      return found;
    },
    async open(name) {
      const handle = await directory.getFileHandle(name, { create: true });
      return fileOf(await (handle as unknown as SyncFile).createSyncAccessHandle());
    },
    remove: (name) => directory.removeEntry(name),
    async folder(name) {
      return folderOf(await directory.getDirectoryHandle(name, { create: true }));
    },
    async folders() {
      const names: string[] = [];
      for await (const handle of directory.values()) {
        if (handle.kind === 'directory') names.push(handle.name);
      }
      return names;
    },
    removeFolder: (name) => directory.removeEntry(name, { recursive: true })
  };
}

function fileOf(handle: SyncHandle): LogFile {
  return {
    size: () => handle.getSize(),
    read: (into, at) => handle.read(into, { at }),
    write(bytes, at) {
      if (handle.write(bytes, { at }) < bytes.length)
        throw new DOMException('Not everything was written.', 'QuotaExceededError');
    },
    truncate: (size) => handle.truncate(size),
    flush: () => handle.flush(),
    close: () => handle.close()
  };
}

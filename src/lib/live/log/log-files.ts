/** A file of a log, open for this log alone; everything is at once, as with a FileSystemSyncAccessHandle. */
export interface LogFile {
  size(): number;
  /** Fills `into` from `at` on; answers how many bytes there were. */
  read(into: Uint8Array, at: number): number;
  /** Writes all of `bytes` or throws. What a crash leaves of it before `flush` may be any part. */
  write(bytes: Uint8Array, at: number): void;
  truncate(size: number): void;
  /** What was written before is on disk when it returns. */
  flush(): void;
  close(): void;
}

/** A folder that holds a log's files, and those of its followers below it. */
export interface LogFolder {
  files(): Promise<readonly { readonly name: string; readonly bytes: number }[]>;
  /** Opens a file, made if there is none. */
  open(name: string): Promise<LogFile>;
  remove(name: string): Promise<void>;
  folder(name: string): Promise<LogFolder>;
  folders(): Promise<readonly string[]>;
  removeFolder(name: string): Promise<void>;
}

/** The whole of a file; null where there is none. */
export async function readWhole(folder: LogFolder, name: string): Promise<Uint8Array | null> {
  const found = await folder.files();
  if (!found.some((file) => file.name === name)) return null;
  const file = await folder.open(name);
  try {
    const bytes = new Uint8Array(file.size());
    return bytes.subarray(0, file.read(bytes, 0));
  } finally {
    file.close();
  }
}

/** Writes a file whole; on disk when it resolves. */
export async function writeWhole(
  folder: LogFolder,
  name: string,
  bytes: Uint8Array
): Promise<void> {
  const file = await folder.open(name);
  try {
    file.truncate(0);
    file.write(bytes, 0);
    file.flush();
  } finally {
    file.close();
  }
}

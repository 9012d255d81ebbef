declare global {
  interface Window {
    showOpenFilePicker?(options: { multiple: boolean }): Promise<FileSystemFileHandle[]>;
  }
}

/** Files chosen by the reader with handles that outlast the page; null where the browser has no such dialog. */
export async function pickFiles(): Promise<{
  readonly files: readonly File[];
  readonly handles: readonly FileSystemFileHandle[];
} | null> {
  if (!window.showOpenFilePicker) return null;
  // The dialog rejects when it is closed without a choice.
  const handles = await window.showOpenFilePicker({ multiple: true }).catch(() => []);
  return { files: await Promise.all(handles.map((handle) => handle.getFile())), handles };
}

export { columnsFromIpc } from './arrow-read.ts';
export { ipcFromColumns } from './arrow-write.ts';

const fileMagic = 'ARROW1';

/**
 * The stream inside an Arrow IPC file, as a view of the same bytes; a stream is returned as it is.
 * A file is: magic and padding (8 bytes), the stream's messages, footer, footer length (int32), magic.
 */
export function ipcStream(bytes: Uint8Array): Uint8Array {
  if (!isIpcFile(bytes)) return bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const footer = view.getInt32(bytes.byteLength - 10, true);
  return bytes.subarray(8, bytes.byteLength - 10 - footer);
}

function isIpcFile(bytes: Uint8Array): boolean {
  return bytes.length > 16 && startsWith(bytes, fileMagic);
}

/** Whether `bytes` begin with the ASCII text `magic`. */
export function startsWith(bytes: Uint8Array, magic: string): boolean {
  if (bytes.length < magic.length) return false;
  for (let i = 0; i < magic.length; i++) if (bytes[i] !== magic.charCodeAt(i)) return false;
  return true;
}

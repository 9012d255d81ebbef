/** What ends an Arrow stream. */
export const endOfStream = new Uint8Array([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]);

/** Messages as one Arrow IPC stream with its end mark. */
export function wholeStream(messages: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const length = messages.reduce((sum, message) => sum + message.length, endOfStream.length);
  const out = new Uint8Array(length);
  let at = 0;
  for (const message of [...messages, endOfStream]) {
    out.set(message, at);
    at += message.length;
  }
  return out;
}

const [quote, backslash, open, close, openList, closeList] = [0x22, 0x5c, 0x7b, 0x7d, 0x5b, 0x5d];

/**
 * The objects of a JSON list that are whole in the first bytes of it, as texts; none where the text is no list of
 * objects. Linear in the bytes: only quotes, brackets and backslashes are looked at.
 */
export function firstObjects(bytes: Uint8Array): string[] {
  const texts: string[] = [];
  const decoder = new TextDecoder();
  let depth = 0;
  let start = -1;
  let quoted = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (quoted) {
      if (byte === backslash) i++;
      else if (byte === quote) quoted = false;
    } else if (byte === quote) quoted = true;
    else if (byte === open || byte === openList) {
      if (depth === 0 && byte === open) return [];
      if (depth === 1 && byte === open) start = i;
      depth++;
    } else if (byte === close || byte === closeList) {
      depth--;
      if (depth === 1 && start >= 0) texts.push(decoder.decode(bytes.subarray(start, i + 1)));
      if (depth === 1) start = -1;
    }
  }
  return texts;
}

/**
 * Whether an image of a notebook may be loaded: those that lie beside the page or inside the text always,
 * those on another host only when the reader granted it.
 */
export function imageAllowed(src: string, granted: boolean): boolean {
  const url = src.trim();
  if (/^data:image\/(?:png|jpeg|gif|webp|avif|svg\+xml)[;,]/i.test(url)) return true;
  if (/^[a-z][a-z0-9+.-]*:/i.test(url) || /^[\\/]{2}/.test(url)) {
    return granted && /^https:\/\//i.test(url);
  }
  return url !== '';
}

/** The host an image would come from, for the words in its place. */
export function imageHost(src: string): string {
  return /^(?:[a-z][a-z0-9+.-]*:)?[\\/]{2}([^\\/?#]+)/i.exec(src.trim())?.[1] ?? src.slice(0, 40);
}

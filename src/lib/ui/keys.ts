const mac = () => typeof navigator !== 'undefined' && /Mac|iP(hone|ad)/.test(navigator.platform);

/**
 * A chord such as `Mod+Shift+Enter` as this machine writes it: `Ctrl Shift Enter`, or `⌘⇧↩` on a Mac.
 * A sequence keeps its spaces: `D D`.
 */
export function keyWords(chord: string, onMac = mac()): string {
  if (!onMac) return chord.replaceAll('Mod', 'Ctrl').replaceAll('+', ' ');
  const signs: Record<string, string> = {
    Mod: '⌘',
    Shift: '⇧',
    Alt: '⌥',
    Enter: '↩',
    Escape: 'esc'
  };
  return chord
    .split(' ')
    .map((part) =>
      part
        .split('+')
        .map((key) => signs[key] ?? key)
        .join('')
    )
    .join(' ');
}

const onMac = () => typeof navigator !== 'undefined' && /Mac|iP(hone|ad)/.test(navigator.platform);

interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/** A key press as it is written in the list of actions: `Mod+Shift+Enter`, `a`, `?`. Shift is not written before a character that already shows it. */
export function chordOf(event: KeyPress, mac = onMac()): string {
  const mod = mac ? event.metaKey : event.ctrlKey;
  const other = mac ? event.ctrlKey : event.metaKey;
  const single = event.key.length === 1;
  const shift = event.shiftKey && (!single || mod || event.altKey);
  const key = single && (mod || event.altKey) ? event.key.toUpperCase() : event.key;
  return [mod && 'Mod', other && 'Other', event.altKey && 'Alt', shift && 'Shift', key]
    .filter(Boolean)
    .join('+');
}

/** Recognises single chords and two-key sequences such as `d d`, whose keys follow within `within` ms. */
export class ChordReader {
  readonly #within: number;
  #last = { chord: '', at: Number.NEGATIVE_INFINITY };

  constructor(within = 700) {
    this.#within = within;
  }

  /** What a press may mean, the longer meaning first. */
  read(event: KeyPress & { readonly timeStamp: number }): string[] {
    const chord = chordOf(event);
    const joined =
      event.timeStamp - this.#last.at <= this.#within ? [`${this.#last.chord} ${chord}`] : [];
    this.#last = { chord, at: event.timeStamp };
    return [...joined, chord];
  }

  /** Forgets the first key of a sequence once it has been used. */
  reset(): void {
    this.#last = { chord: '', at: Number.NEGATIVE_INFINITY };
  }
}

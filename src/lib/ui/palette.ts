export interface PaletteItem {
  readonly id: string;
  readonly label: string;
  readonly run: () => void;
  /** Words at the right end: a kind, a place, a chord. */
  readonly detail?: string | undefined;
  /** Further words that find it. */
  readonly keywords?: readonly string[];
  /** Set in mono, for names. */
  readonly name?: boolean;
}

export interface PaletteGroup {
  readonly heading: string;
  readonly items: readonly PaletteItem[];
}

export interface MenuItem {
  readonly label: string;
  readonly run: () => void;
  /** A chord such as `Mod+Shift+Enter`, or words such as `below daily`, at the right end. */
  readonly keys?: string | undefined;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  readonly checked?: boolean | undefined;
}

/** What the reader is typing, for whoever knows the names. */
export interface CompletionRequest {
  readonly text: string;
  /** Where the caret stands, counted in characters from the start. */
  readonly position: number;
  /** The reader asked for it with a key. */
  readonly explicit: boolean;
}

export interface CompletionItem {
  readonly label: string;
  /** A sign before the name: `column`, `relation`, `function`, `param`, `key`, `value` or `keyword`. */
  readonly kind?: CompletionKind;
  /** The column's type, for its sign. */
  readonly type?: string;
  /** Words at the right end. */
  readonly detail?: string;
  /** What stands beside the list while the item is chosen. */
  readonly info?: string;
  /** What is written, when it is not the label. */
  readonly apply?: string;
  /** Higher stands earlier; from −99 to 99. */
  readonly boost?: number;
}

export type CompletionKind =
  'column' | 'relation' | 'function' | 'param' | 'key' | 'value' | 'keyword';

export interface CompletionAnswer {
  /** The start of what the chosen item replaces. */
  readonly from: number;
  readonly items: readonly CompletionItem[];
}

export type Complete = (
  request: CompletionRequest
) => CompletionAnswer | null | Promise<CompletionAnswer | null>;

/** The sign of an item as it stands in the list. */
export function signOf(item: CompletionItem): string {
  switch (item.kind) {
    case 'function':
      return 'ƒ';
    case 'param':
      return '$';
    case 'relation':
      return '▤';
    case 'column':
      return typeSign(item.type ?? 'text');
    default:
      return '';
  }
}

/** A column type in the shortest writing, as the sidebar shows it. */
export function typeSign(type: string): string {
  switch (type) {
    case 'integer':
      return '#';
    case 'number':
      return '#.#';
    case 'date':
    case 'timestamp':
      return 't';
    case 'boolean':
      return '?';
    case 'other':
      return '[]';
    default:
      return 'T';
  }
}

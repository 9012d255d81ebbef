/** What an alert is known by: `alertname`, the keys it stands for, the labels of its rule. */
export type Labels = Readonly<Record<string, string>>;

const offset = 0xcbf29ce484222325n;
const prime = 0x100000001b3n;
const mask = 0xffffffffffffffffn;
const separator = 255;
const utf8 = new TextEncoder();

/**
 * The identity of a label set, as Prometheus and Alertmanager count it: 64-bit FNV-1a over the names in order,
 * each with its value, a byte 255 after both. 16 hex digits. O(bytes).
 */
export function fingerprint(labels: Labels): string {
  let hash = offset;
  const add = (byte: number) => (hash = ((hash ^ BigInt(byte)) * prime) & mask);
  for (const name of sortedNames(labels)) {
    for (const text of [name, labels[name]!]) {
      utf8.encode(text).forEach(add);
      add(separator);
    }
  }
  return hash.toString(16).padStart(16, '0');
}

/** A label set as Prometheus writes it: `{alertname="late", depot="north"}`. */
export function labelText(labels: Labels): string {
  const pairs = sortedNames(labels).map((name) => `${name}=${JSON.stringify(labels[name])}`);
  return `{${pairs.join(', ')}}`;
}

/** The labels of some names; a label that is missing is the empty one, and left out. */
export function pick(labels: Labels, names: readonly string[]): Labels {
  return Object.fromEntries(names.flatMap((n) => (labels[n] ? [[n, labels[n]]] : [])));
}

/** By bytes and not by the language of the browser, so that identities are the same everywhere. */
function sortedNames(labels: Labels): string[] {
  return Object.keys(labels).sort((a, b) => (a < b ? -1 : 1));
}

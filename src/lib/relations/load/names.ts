/**
 * Column names as a relation can hold them: trimmed; an empty one becomes `column_3` by its place, a repeated one
 * (in any case of letters) gets `_1`, `_2`, … behind it.
 */
export function uniqueNames(raw: readonly string[]): string[] {
  const taken = new Set<string>();
  const wanted = raw.map((name) => name.trim());
  const plain = new Set(wanted.map(keyOf));
  return wanted.map((name, i) => {
    const base = name || `column_${i + 1}`;
    let unique = base;
    for (let n = 1; taken.has(keyOf(unique)) || (n > 1 && plain.has(keyOf(unique))); n++) {
      unique = `${base}_${n}`;
    }
    taken.add(keyOf(unique));
    return unique;
  });
}

function keyOf(name: string): string {
  return name.toLowerCase();
}

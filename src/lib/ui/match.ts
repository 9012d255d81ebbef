export interface MatchPart {
  readonly text: string;
  readonly hit: boolean;
}

/** `text` cut so that what `query` typed stands out: as one run where it occurs whole, else letter by letter in order. */
export function highlight(text: string, query: string): MatchPart[] {
  const wanted = query.trim().toLowerCase();
  if (!wanted) return [{ text, hit: false }];
  const lower = text.toLowerCase();
  const whole = lower.indexOf(wanted);
  const hits = new Set<number>();
  if (whole >= 0) {
    for (let i = 0; i < wanted.length; i++) hits.add(whole + i);
  } else {
    let at = 0;
    for (const letter of wanted) {
      const found = lower.indexOf(letter, at);
      if (found < 0) return [{ text, hit: false }];
      hits.add(found);
      at = found + 1;
    }
  }
  const parts: MatchPart[] = [];
  for (let i = 0, from = 0; i <= text.length; i++) {
    if (i === text.length || (i > from && hits.has(i) !== hits.has(from))) {
      if (i > from) parts.push({ text: text.slice(from, i), hit: hits.has(from) });
      from = i;
    }
  }
  return parts;
}

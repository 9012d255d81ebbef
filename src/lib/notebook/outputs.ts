/** The relations that a cell makes, its own first. A kind may write a suffix with its underscore or without. */
export function outputNames(name: string, suffixes: readonly string[]): string[] {
  const own = suffixes.includes('') ? [name] : [];
  const others = suffixes.filter((suffix) => suffix !== '');
  return [...own, ...others.map((suffix) => `${name}_${suffix.replace(/^_/, '')}`)];
}

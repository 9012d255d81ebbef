/** `name`, with as many underscores behind it as make it differ from all of `taken`, case aside. */
export function freeName(name: string, taken: readonly string[]): string {
  const isTaken = taken.some((known) => known.toLowerCase() === name.toLowerCase());
  return isTaken ? freeName(`${name}_`, taken) : name;
}

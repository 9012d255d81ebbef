/** JSON text of plain data that may hold typed arrays, NaN and infinities: what reports are made of. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) => {
    if (typeof item === 'number' && !Number.isFinite(item)) return { $number: String(item) };
    if (item instanceof Float64Array || item instanceof Int32Array || item instanceof Uint8Array) {
      return { [`$${item.constructor.name}`]: Array.from(item) };
    }
    return item;
  });
}

const arrays: Readonly<Record<string, (items: number[]) => unknown>> = {
  $Float64Array: (items) => Float64Array.from(items),
  $Int32Array: (items) => Int32Array.from(items),
  $Uint8Array: (items) => Uint8Array.from(items)
};

export function fromJson(text: string): unknown {
  return JSON.parse(text, (_, item: unknown) => {
    if (typeof item !== 'object' || item === null) return item;
    const [key = '', ...more] = Object.keys(item);
    if (more.length > 0 || !key.startsWith('$')) return item;
    const inner = (item as Record<string, unknown>)[key];
    if (key === '$number') return Number(inner);
    return arrays[key]?.(inner as number[]) ?? item;
  });
}

/**
 * The path of a sparkline in a box of `width` × `height`, broken where values are NaN. A value alone between two
 * gaps becomes a short dash. Null when there is nothing to draw.
 */
export function sparkPath(values: ArrayLike<number>, width: number, height: number): string | null {
  let min = Infinity;
  let max = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  if (min > max) return null;
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  const span = max - min;
  const y = (value: number) =>
    span === 0 ? height / 2 : 1 + (height - 2) * (1 - (value - min) / span);
  const at = (x: number, value: number) => `${x.toFixed(1)} ${y(value).toFixed(1)}`;
  let path = '';
  let open = false;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? Number.NaN;
    if (Number.isNaN(value)) {
      open = false;
      continue;
    }
    path += `${open ? 'L' : 'M'}${at(i * step, value)}`;
    if (!open && Number.isNaN(values[i + 1] ?? Number.NaN)) path += 'h1';
    open = true;
  }
  return path;
}

/** The text of a number moved by `by`, kept within its limits and free of binary dust; null when it is no number. */
export function stepNumber(
  text: string,
  by: number,
  limits: { readonly min?: number | undefined; readonly max?: number | undefined }
): string | null {
  const value = text.trim() === '' ? (limits.min ?? 0) - by : Number(text);
  if (!Number.isFinite(value)) return null;
  const moved = Math.min(limits.max ?? Infinity, Math.max(limits.min ?? -Infinity, value + by));
  return String(Number(moved.toPrecision(12)));
}

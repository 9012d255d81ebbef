/** What the form and the completion say of a field. */
export const words = (label: string, help: string, fallback?: string) =>
  fallback === undefined ? { label, help } : { label, help, fallback };

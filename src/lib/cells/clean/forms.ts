/** The short forms in which steps may be written. */

/** `x`, `[a, b]` or `{…}`: a bare value becomes the map `{key: value}`. `true` or nothing at all means every column: an empty map. */
export function keyed(key: string): (value: unknown) => unknown {
  return (value) => {
    if (value === '' || value === 'true') return {};
    return isMap(value) ? value : { [key]: value };
  };
}

/** A map whose keys are data (column names): wrapped under `key`, so that no name clashes with an option. */
export function wrapped(key: string): (value: unknown) => unknown {
  return (value) => ({ [key]: value });
}

/** `column` and `columns` mean the same; the step reads `key`. */
export function eitherColumns(key: 'column' | 'columns'): (value: unknown) => unknown {
  const other = key === 'column' ? 'columns' : 'column';
  return (value) => {
    if (!isMap(value) || value[key] !== undefined || value[other] === undefined) return value;
    const { [other]: names, ...rest } = value;
    return { [key]: names, ...rest };
  };
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

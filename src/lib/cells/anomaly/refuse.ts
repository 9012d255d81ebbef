import { methodsInTime, methodsOfWindows } from './methods.ts';
import type { Config } from './schema.ts';

interface Refusal {
  readonly key: string;
  readonly detail: string;
  readonly remedy: string;
}

/** What in a configuration contradicts itself; null where nothing does. */
export function refuse(config: Config): Refusal | null {
  if (config.value === undefined && config.columns === undefined) {
    return {
      key: 'source',
      detail: 'Neither `value` nor `columns` says what to judge.',
      remedy: 'Add a line `value: …` with a column of numbers.'
    };
  }
  if (config.value !== undefined && config.columns !== undefined) {
    return {
      key: 'columns',
      detail: '`value` and `columns` cannot stand together.',
      remedy: 'Put the value among the columns, or take one of the two lines out.'
    };
  }
  if (config.threshold !== undefined && config.budget !== undefined) {
    return {
      key: 'budget',
      detail: '`threshold` and `budget` cannot stand together.',
      remedy: 'Take one of the two lines out.'
    };
  }
  if (config.budget !== undefined && config.time === undefined) {
    return {
      key: 'budget',
      detail: 'A `budget` per week needs to know the time of a row.',
      remedy: 'Add a line `time: …`, or state a `threshold` instead.'
    };
  }
  return refuseMethod(config);
}

function refuseMethod(config: Config): Refusal | null {
  const { method = 'zscore' } = config;
  if (config.time === undefined && methodsInTime.includes(method)) {
    return {
      key: 'method',
      detail: `\`${method}\` judges a row by those before it and needs their order.`,
      remedy: 'Add a line `time: …`, or take `mad`, which needs none.'
    };
  }
  if (!methodsOfWindows.includes(method)) return null;
  const window = config[method as 'kmeans']?.window;
  if (config.columns !== undefined && window !== undefined && window > 1) {
    return {
      key: method,
      detail: 'A `window` joins neighbouring rows of one column, and `columns` names several.',
      remedy: 'Name one column under `value`, or take `window` out.'
    };
  }
  const windowed = (window ?? 1) > 1 || (method === 'autoencoder' && config.value !== undefined);
  if (config.time === undefined && windowed) {
    return {
      key: method,
      detail: `Here \`${method}\` judges neighbouring rows together and needs their order.`,
      remedy: 'Add a line `time: …`, or name several `columns`.'
    };
  }
  return null;
}

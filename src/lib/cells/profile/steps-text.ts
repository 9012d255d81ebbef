import type { StepText } from './index.ts';

/** Steps as lines to put under `steps:`, each one a map in YAML's flow style. */
export function stepsText(steps: readonly StepText[]): string {
  return steps
    .map((step) => {
      const [name, options] = Object.entries(step)[0]!;
      return `- ${name}: ${flow(options)}`;
    })
    .join('\n');
}

function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const pairs = Object.entries(value).map(([key, v]) => `${scalar(key)}: ${flow(v)}`);
    return `{ ${pairs.join(', ')} }`;
  }
  return scalar(value);
}

/** Whatever YAML could take for something else stands in quotation marks; JSON's are YAML's. */
function scalar(value: unknown): string {
  const text = String(value);
  const plain = /^[\p{L}\p{N}_.(]([\p{L}\p{N}_%.<>/()*=+ -]*[\p{L}\p{N}_%.<>/()*=+-])?$/u;
  return plain.test(text) ? text : JSON.stringify(text);
}

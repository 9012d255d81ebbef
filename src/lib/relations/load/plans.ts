import { nearest } from '#lib/base/nearest.ts';
import type { LoadOptions } from '#lib/cells/core/loader.ts';
import { fail, problem } from '#lib/problems/index.ts';
import { contractType, type TextType } from './types.ts';

/** A column of the relation being made. `stated`: its type comes from the contract. `type` null: no value yet. */
export interface Plan {
  readonly name: string;
  type: TextType | null;
  readonly stated: boolean;
}

/** The columns of the relation being made: which are taken, and what is known of their types. Names agree in any case. */
export class Plans {
  readonly #options: LoadOptions;
  readonly #plans = new Map<string, Plan>();
  readonly #only: ReadonlySet<string> | null;
  readonly #ambiguous = new Set<string>();

  constructor(options: LoadOptions) {
    this.#options = options;
    const { only, columns = {} } = options;
    this.#only = only ? new Set([...only, ...Object.keys(columns)].map(keyOf)) : null;
  }

  /** Refuses a file that lacks a column of the contract, or one that is asked for. */
  require(file: string, names: readonly string[]): void {
    const { only = [], columns = {} } = this.#options;
    for (const column of [...Object.keys(columns), ...only]) {
      if (names.some((name) => keyOf(name) === keyOf(column))) continue;
      throw fail('source.column-missing', {
        column,
        file,
        nearest: nearest(column, names),
        columns: names.join(', ')
      });
    }
  }

  /** The places of the columns that are taken. */
  picks(names: readonly string[]): number[] {
    return [...names.keys()].filter((i) => this.#only?.has(keyOf(names[i]!)) ?? true);
  }

  of(name: string): Plan {
    const known = this.#plans.get(keyOf(name));
    if (known) return known;
    const contract = Object.entries(this.#options.columns ?? {});
    const entry = contract.find(([column]) => keyOf(column) === keyOf(name));
    const type = entry ? contractType(entry[1], this.#options) : null;
    if (entry && !type) throw fail('source.type-unknown', { column: entry[0], type: entry[1] });
    const plan: Plan = { name, type, stated: entry !== undefined };
    this.#plans.set(keyOf(name), plan);
    return plan;
  }

  /** Notes that the dates of a column can be read in two ways. */
  doubt(plan: Plan): void {
    this.#ambiguous.add(plan.name);
  }

  /** What the reader should know of types. */
  warnings() {
    return [...this.#ambiguous].map((column) => problem('source.ambiguous-date', { column }));
  }
}

export function keyOf(name: string): string {
  return name.toLowerCase();
}

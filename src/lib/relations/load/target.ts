import type { LoadOptions } from '#lib/cells/core/loader.ts';
import { quoteName } from '#lib/sql/quote.ts';
import type { DuckDbRelations } from '../duckdb.ts';
import { keyOf, type Plan } from './plans.ts';
import { duckDbType, textType } from './types.ts';

/**
 * The relation being made: rows come in from staged tables, as many of them as are asked for. Straight from Arrow they
 * would stay unpacked in memory, three times as large.
 */
export class Target {
  /** Rows looked at, and rows taken. */
  seen = 0;
  rows = 0;
  readonly #relations: DuckDbRelations;
  readonly #name: string;
  readonly #options: LoadOptions;
  readonly #signal: AbortSignal;
  #columns: { readonly key: string; type: string }[] = [];

  constructor(relations: DuckDbRelations, name: string, options: LoadOptions, signal: AbortSignal) {
    this.#relations = relations;
    this.#name = name;
    this.#options = options;
    this.#signal = signal;
  }

  /** Whether rows are left out on purpose. */
  get #chooses(): boolean {
    return this.#options.filter !== undefined || this.#options.sample !== undefined;
  }

  /** Whether all rows that were asked for are there. */
  get isFull(): boolean {
    return this.rows >= this.#most;
  }

  has({ name }: Plan): boolean {
    return this.#columns.some(({ key }) => key === keyOf(name));
  }

  /** Puts in the rows of a staged table, which has the columns of the plans under their names and in their types. */
  async insertFrom(stage: string, rows: number, plans: readonly Plan[]): Promise<void> {
    const target = quoteName(this.#name);
    const select = `SELECT ${plans.map(({ name }) => quoteName(name)).join(', ')} FROM ${quoteName(stage)}${this.#choice()}`;
    if (this.#columns.length === 0) {
      await this.#relations.execute(`CREATE TABLE ${target} AS ${select}`, this.#signal);
    } else {
      for (const plan of plans) {
        if (this.has(plan)) continue;
        const column = `${quoteName(plan.name)} ${typeOf(plan)}`;
        await this.#relations.execute(`ALTER TABLE ${target} ADD COLUMN ${column}`);
      }
      await this.#relations.execute(`INSERT INTO ${target} BY NAME ${select}`, this.#signal);
    }
    for (const plan of plans) {
      if (!this.has(plan)) this.#columns.push({ key: keyOf(plan.name), type: typeOf(plan) });
    }
    this.seen += rows;
    this.rows = this.#chooses ? await this.#count() : this.rows + rows;
  }

  /** Gives a column the type that its plan has now; all its values must be values of it. */
  async retype(plan: Plan): Promise<void> {
    const column = this.#columns.find(({ key }) => key === keyOf(plan.name));
    if (!column || column.type === typeOf(plan)) return;
    column.type = typeOf(plan);
    await this.#relations.execute(
      `ALTER TABLE ${quoteName(this.#name)} ALTER COLUMN ${quoteName(plan.name)} TYPE ${column.type}`,
      this.#signal
    );
  }

  async drop(): Promise<void> {
    await this.#relations.drop([this.#name]);
    this.#columns = [];
    this.seen = 0;
    this.rows = 0;
  }

  get #most(): number {
    const { sample = 1 } = this.#options;
    return sample > 1 ? sample : Infinity;
  }

  /** Which rows of a stage are taken. A share of rows is picked by a hash of their places: the same rows every time. */
  #choice(): string {
    const { filter, sample } = this.#options;
    const conditions = filter === undefined ? [] : [`(${filter}\n)`];
    if (sample !== undefined && sample <= 1) {
      conditions.push(`hash(rowid + ${this.seen}) % 1000000 < ${Math.round(sample * 1e6)}`);
    }
    const where = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
    return this.#most === Infinity ? where : `${where} LIMIT ${this.#most - this.rows}`;
  }

  async #count(): Promise<number> {
    const answer = await this.#relations.query(
      `SELECT count(*) AS n FROM ${quoteName(this.#name)}`
    );
    return Number(answer.vectors[0]!.values[0]);
  }
}

function typeOf(plan: Plan): string {
  return duckDbType(plan.type ?? textType);
}

import { columns, numeric, text } from '#lib/base/columns.ts';
import { fail } from '#lib/problems/index.ts';
import { quoteName, quoteText } from '#lib/sql/quote.ts';
import type { DuckDbRelations } from '../duckdb.ts';
import type { BadRow } from './text-batch.ts';

/** Collects the rows that did not fit, of all files of a run. */
export class Rejects {
  readonly #relations: DuckDbRelations;
  readonly #table: string;
  readonly #stop: boolean;
  #made = false;

  /** `stop`: the first bad row is a problem that ends the run. */
  constructor(relations: DuckDbRelations, table: string, stop: boolean) {
    this.#relations = relations;
    this.#table = table;
    this.#stop = stop;
  }

  async add(rows: readonly BadRow[], file: string, place: number): Promise<void> {
    const first = rows[0];
    if (!first) return;
    if (this.#stop) throw badRow(file, first);
    await this.#relations.append(
      this.#table,
      columns({
        file_place: numeric(
          rows.map(() => place),
          'integer'
        ),
        line: numeric(
          rows.map((row) => row.line),
          'integer'
        ),
        column: text(rows.map((row) => row.column)),
        value: text(rows.map((row) => row.value)),
        reason: text(rows.map((row) => row.reason)),
        file: text(rows.map(() => file))
      })
    );
    this.#made = true;
  }

  /** Adds what a query over a stage finds: its columns are line, column, value and reason. */
  async addFrom(select: string, file: string, place: number): Promise<void> {
    if (this.#stop) {
      const found = await this.#relations.query(`${select} ORDER BY line LIMIT 1`);
      if (found.length === 0) return;
      const [line, column, value, reason] = found.vectors.map((vector) => vector.values[0]);
      throw badRow(file, {
        line: Number(line),
        column: column as string,
        value: value as string,
        reason: reason as string
      });
    }
    await this.#make();
    await this.#relations.execute(
      `INSERT INTO ${quoteName(this.#table)}
       SELECT ${place}, line, "column", value, reason, ${quoteText(file)} FROM (${select})`
    );
  }

  /** Writes the relation of rejects in the order of the files; returns how many rows were left out. */
  async finish(output: string): Promise<number> {
    await this.#make();
    const table = quoteName(this.#table);
    await this.#relations.createAs(
      output,
      `SELECT line, "column", value, reason, file FROM ${table} ORDER BY file_place, line, rowid`
    );
    const count = await this.#relations.query(
      `SELECT count(*) AS n FROM (SELECT DISTINCT file_place, line FROM ${table})`
    );
    await this.drop();
    return Number(count.vectors[0]!.values[0]);
  }

  async drop(): Promise<void> {
    await this.#relations.drop([this.#table]);
    this.#made = false;
  }

  async #make(): Promise<void> {
    if (this.#made) return;
    this.#made = true;
    await this.#relations.execute(
      `CREATE TABLE ${quoteName(this.#table)}
       (file_place BIGINT, line BIGINT, "column" VARCHAR, value VARCHAR, reason VARCHAR, file VARCHAR)`
    );
  }
}

function badRow(file: string, { line, column, value, reason }: BadRow): Error {
  return fail('source.bad-row', {
    file,
    line,
    column: column ?? '',
    value: (value ?? '').slice(0, 80),
    reason
  });
}

import { nearest } from '#lib/base/nearest.ts';
import type { RunContext } from '#lib/cells/core/context.ts';
import type { LoadOptions } from '#lib/cells/core/loader.ts';
import { fail, problem } from '#lib/problems/index.ts';
import { quoteName, quoteText } from '#lib/sql/quote.ts';
import type { DuckDbRelations } from '../duckdb.ts';
import { allows, misfits, proposeTypes, widerTypes, type Candidate, type Found } from './infer.ts';
import type { Rejects } from './rejects.ts';
import type { TextBatch } from './text-batch.ts';
import { contractType, conversion, duckDbType, present, textType, type TextType } from './types.ts';

/** A column of the relation being made. `stated`: its type comes from the contract. */
interface Plan {
  readonly name: string;
  type: TextType | null;
  readonly stated: boolean;
}

/** A column of a stage with where it goes. */
interface Placed {
  readonly from: string;
  readonly plan: Plan;
  /** SQL of the value in the type of the plan. */
  readonly value: string;
  /** SQL that is true where the value is there and does not fit; null where that cannot be. */
  readonly misfit: string | null;
  readonly source: string;
}

/**
 * Turns staged rows into one relation: by name across files, with types found from all values or stated in the
 * contract, and bad rows put aside. When a later batch shows that a type was too narrow, `restart` turns true and the
 * rest is only looked at; a second pass then starts with the right types.
 */
export class Sink {
  restart = false;
  readonly #relations: DuckDbRelations;
  readonly #target: string;
  readonly #stage: string;
  readonly #options: LoadOptions;
  readonly #rejects: Rejects;
  readonly #ctx: RunContext;
  readonly #plans = new Map<string, Plan>();
  readonly #made = new Set<string>();
  readonly #ambiguous = new Set<string>();
  #rows = 0;

  constructor(
    relations: DuckDbRelations,
    names: { readonly target: string; readonly stage: string },
    options: LoadOptions,
    rejects: Rejects,
    ctx: RunContext
  ) {
    this.#relations = relations;
    this.#target = names.target;
    this.#stage = names.stage;
    this.#options = options;
    this.#rejects = rejects;
    this.#ctx = ctx;
  }

  /** Columns whose dates can be read in two ways and so stayed text. */
  get ambiguousDates(): readonly string[] {
    return [...this.#ambiguous];
  }

  /** Starts over, with the types known by now. */
  async again(): Promise<void> {
    this.restart = false;
    this.#made.clear();
    this.#rows = 0;
    await this.#relations.drop([this.#target, this.#stage]);
    await this.#rejects.drop();
  }

  /** Refuses a file that lacks a column of the contract. */
  requireColumns(file: string, names: readonly string[]): void {
    for (const column of Object.keys(this.#options.columns ?? {})) {
      if (names.some((name) => keyOf(name) === keyOf(column))) continue;
      throw fail('source.column-missing', {
        column,
        file,
        nearest: nearest(column, names),
        columns: names.join(', ')
      });
    }
  }

  async addText(batch: TextBatch, file: string, place: number): Promise<void> {
    await this.#relations.drop([this.#stage]);
    await this.#relations.insertIpc(this.#stage, batch.ipc, true);
    const plans = batch.names.map((name) => this.#plan(name));
    const candidates = plans.map((plan, i): Candidate => ({
      column: `c${i}`,
      current: plan.type,
      ...(batch.kinds?.[i] ? { kind: batch.kinds[i] } : {})
    }));
    const open = candidates.filter((_, i) => plans[i]!.type === null);
    if (batch.rows > 0 && open.length > 0) {
      const found = await proposeTypes(...this.#look(open));
      this.#settle(plans, candidates, open, found);
    }
    if (this.restart) {
      await this.#checkOnly(plans, candidates);
    } else {
      await this.#rejects.add(batch.bad, file, place);
      const placed = plans.map((plan, i) => this.#placeText(plan, quoteName(`c${i}`)));
      const good = await this.#insert(placed, 'line', file, place);
      await this.#verify(plans, candidates, placed, good);
    }
    await this.#relations.drop([this.#stage]);
  }

  /** Takes in the stage, which holds a whole file with types of its own. */
  async addStage(file: string, place: number, alone: boolean): Promise<void> {
    const info = await this.#relations.describe(this.#stage);
    if (!info) return;
    this.requireColumns(
      file,
      info.fields.map((field) => field.name)
    );
    if (alone && Object.keys(this.#options.columns ?? {}).length === 0) {
      await this.#relations.publish([{ from: this.#stage, to: this.#target }], []);
      return;
    }
    const placed = info.fields.map((field): Placed => {
      const column = quoteName(field.name);
      const plan = this.#plan(field.name);
      if (!plan.stated) {
        plan.type ??= { as: 'sql', type: field.sqlType ?? 'VARCHAR' };
        return { from: field.name, plan, value: column, misfit: null, source: column };
      }
      if (field.type === 'text') return this.#placeText(plan, column);
      const value = `TRY_CAST(${column} AS ${duckDbType(plan.type ?? textType)})`;
      const misfit = `${column} IS NOT NULL AND ${value} IS NULL`;
      return { from: field.name, plan, value, misfit, source: `${column}::VARCHAR` };
    });
    await this.#insert(placed, 'rowid + 1', file, place);
    await this.#relations.drop([this.#stage]);
  }

  #plan(name: string): Plan {
    const known = this.#plans.get(keyOf(name));
    if (known) return known;
    const contract = Object.entries(this.#options.columns ?? {});
    const entry = contract.find(([column]) => keyOf(column) === keyOf(name));
    const type = entry ? contractType(entry[1], this.#options) : null;
    if (entry && !type) {
      throw fail('source.type-unknown', { column: entry[0], type: entry[1] });
    }
    const plan: Plan = { name, type, stated: entry !== undefined };
    this.#plans.set(keyOf(name), plan);
    return plan;
  }

  #look(columns: readonly Candidate[]) {
    return [this.#relations, this.#stage, columns, this.#options, this.#ctx.signal] as const;
  }

  #settle(
    plans: readonly Plan[],
    candidates: readonly Candidate[],
    open: readonly Candidate[],
    found: readonly Found[]
  ): void {
    for (const [i, candidate] of open.entries()) {
      const plan = plans[candidates.indexOf(candidate)]!;
      const { type, ambiguous } = found[i]!;
      if (ambiguous) this.#ambiguous.add(plan.name);
      if (type && this.#made.has(keyOf(plan.name))) this.restart = true;
      plan.type = type ?? plan.type;
    }
  }

  /** Holds what was put in against the stage: a value that is missing now did not fit its type. */
  async #verify(
    plans: readonly Plan[],
    candidates: readonly Candidate[],
    placed: readonly Placed[],
    good: string
  ): Promise<void> {
    const from = this.#rows;
    const auto = placed.filter(({ plan }) => !plan.stated && plan.type?.as !== 'text');
    const stage = `${quoteName(this.#stage)}${good ? ` WHERE ${good}` : ''}`;
    const given = await this.#counts(
      auto.map(({ source }) => source),
      stage
    );
    const taken = await this.#counts(
      auto.map(({ plan }) => quoteName(plan.name)),
      `${quoteName(this.#target)} WHERE rowid >= ${from}`
    );
    this.#rows += taken[0]!;
    const wrong = auto.flatMap((placed_, i) => {
      const candidate = candidates[placed.indexOf(placed_)]!;
      const fits = given[i + 1] === taken[i + 1] && allows(candidate.kind, placed_.plan.type);
      return fits || given[i + 1] === 0 ? [] : [{ ...candidate, current: placed_.plan.type }];
    });
    await this.#widen(plans, wrong);
  }

  /** After the first misfit nothing more is put in, but what follows is looked at, so that one more pass is enough. */
  async #checkOnly(plans: readonly Plan[], candidates: readonly Candidate[]): Promise<void> {
    const auto = candidates.flatMap((candidate, i) => {
      const { stated, type } = plans[i]!;
      return stated || type === null || type.as === 'text' ? [] : [{ ...candidate, current: type }];
    });
    const wrong = await misfits(...this.#look(auto));
    await this.#widen(
      plans,
      auto.filter((_, i) => wrong[i])
    );
  }

  async #widen(plans: readonly Plan[], wrong: readonly Candidate[]): Promise<void> {
    if (wrong.length === 0) return;
    const found = await widerTypes(...this.#look(wrong));
    for (const [i, { column }] of wrong.entries()) {
      const plan = plans[Number(column.slice(1))]!;
      if (found[i]!.ambiguous) this.#ambiguous.add(plan.name);
      plan.type = found[i]!.type ?? textType;
    }
    this.restart = true;
  }

  /** The number of rows, then of values of each expression. */
  async #counts(expressions: readonly string[], from: string): Promise<number[]> {
    const list = ['*', ...expressions].map((sql, i) => `count(${sql}) AS n${i}`).join(', ');
    const answer = await this.#relations.query(`SELECT ${list} FROM ${from}`, this.#ctx.signal);
    return answer.vectors.map((vector) => Number(vector.values[0]));
  }

  #placeText(plan: Plan, column: string): Placed {
    const source = present(column, this.#options);
    const type = plan.type ?? textType;
    const value = conversion(source, type, this.#options, !plan.stated);
    const misfit =
      plan.stated && type.as !== 'text' ? `(${source}) IS NOT NULL AND (${value}) IS NULL` : null;
    return { from: column, plan, value, misfit, source };
  }

  /** Puts the rows of the stage that fit into the relation; returns the condition on them. */
  async #insert(
    placed: readonly Placed[],
    line: string,
    file: string,
    place: number
  ): Promise<string> {
    const stage = quoteName(this.#stage);
    const checks = placed.filter((p): p is Placed & { misfit: string } => p.misfit !== null);
    if (checks.length > 0) {
      const select = checks
        .map(
          ({ plan, misfit, source }) =>
            `SELECT ${line} AS line, ${quoteText(plan.name)} AS "column", ${source} AS value,
             ${quoteText(`It is not ${wordsOf(plan.type ?? textType)}.`)} AS reason
             FROM ${stage} WHERE ${misfit}`
        )
        .join(' UNION ALL ');
      await this.#rejects.addFrom(select, file, place);
    }
    const list = placed
      .map(
        ({ plan, value }) =>
          `(${value})::${duckDbType(plan.type ?? textType)} AS ${quoteName(plan.name)}`
      )
      .join(', ');
    const good = checks.map(({ misfit }) => `NOT coalesce(${misfit}, false)`).join(' AND ');
    const select = `SELECT ${list} FROM ${stage}${good ? ` WHERE ${good}` : ''}`;
    await this.#put(placed, select);
    return good;
  }

  async #put(placed: readonly Placed[], select: string): Promise<void> {
    const target = quoteName(this.#target);
    const { signal } = this.#ctx;
    if (this.#made.size === 0) {
      await this.#relations.execute(`CREATE TABLE ${target} AS ${select}`, signal);
    } else {
      for (const { plan } of placed) {
        if (this.#made.has(keyOf(plan.name))) continue;
        await this.#relations.execute(
          `ALTER TABLE ${target} ADD COLUMN ${quoteName(plan.name)} ${duckDbType(plan.type ?? textType)}`
        );
      }
      await this.#relations.execute(`INSERT INTO ${target} BY NAME ${select}`, signal);
    }
    for (const { plan } of placed) this.#made.add(keyOf(plan.name));
  }

  /** What the reader should know of types. */
  warnings() {
    return this.ambiguousDates.map((column) => problem('source.ambiguous-date', { column }));
  }
}

function keyOf(name: string): string {
  return name.toLowerCase();
}

function wordsOf(type: TextType): string {
  switch (type.as) {
    case 'integer':
      return 'a whole number';
    case 'number':
      return 'a number';
    case 'boolean':
      return 'true or false';
    case 'date':
      return type.format === null ? 'a date such as 2011-12-09' : `a date written ${type.format}`;
    case 'timestamp':
      return type.format === null
        ? 'a time such as 2011-12-09 09:15'
        : `a time written ${type.format}`;
    case 'text':
      return 'a text';
    case 'sql':
      return `a value of type ${type.type}`;
  }
}

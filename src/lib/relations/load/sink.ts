import { tableFromIPC } from '@uwdata/flechette';
import type { Field } from '#lib/base/columns.ts';
import type { RunContext } from '#lib/cells/core/context.ts';
import type { LoadOptions } from '#lib/cells/core/loader.ts';
import { quoteName, quoteText } from '#lib/sql/quote.ts';
import type { DuckDbRelations } from '../duckdb.ts';
import { insertAny } from '../insert-any.ts';
import { countsOf } from './counts.ts';
import { createInParts } from './create-in-parts.ts';
import type { CsvBatch, Wanted } from './csv-reader.ts';
import {
  allows,
  contains,
  misfits,
  proposeTypes,
  widerTypes,
  type Candidate,
  type Found
} from './infer.ts';
import { Plans, type Plan } from './plans.ts';
import type { Rejects } from './rejects.ts';
import { Target } from './target.ts';
import type { TextBatch } from './text-batch.ts';
import type { TypedBatch, Values } from './typed-batch.ts';
import { conversion, duckDbType, present, textType, wordsOf } from './types.ts';

/** A column of a stage with where it goes. */
interface Placed {
  readonly plan: Plan;
  /** SQL of the value in the type of the plan. */
  readonly value: string;
  /** SQL that is true where the value is there and does not fit; null where that cannot be. */
  readonly misfit: string | null;
  readonly source: string;
}

export interface SinkNames {
  readonly target: string;
  readonly stage: string;
  /** The stage with its values made. */
  readonly made: string;
}

/**
 * Turns staged rows into one relation: by name across files, with types found from all values or stated in the
 * contract, and bad rows put aside. When a later batch shows that a type was too narrow, the column is given the wider
 * one where no text is lost by that; else `restart` turns true and the rest is only looked at: a second pass then
 * starts with the right types.
 */
export class Sink {
  restart = false;
  readonly #relations: DuckDbRelations;
  readonly #names: SinkNames;
  readonly #options: LoadOptions;
  readonly #rejects: Rejects;
  readonly #ctx: RunContext;
  readonly #plans: Plans;
  readonly #target: Target;
  /** The file whose further rows need nothing but to be put in, with their columns. */
  #alike: { readonly place: number; readonly plans: readonly Plan[] } | null = null;

  constructor(
    relations: DuckDbRelations,
    names: SinkNames,
    options: LoadOptions,
    rejects: Rejects,
    ctx: RunContext
  ) {
    this.#relations = relations;
    this.#names = names;
    this.#options = options;
    this.#rejects = rejects;
    this.#ctx = ctx;
    this.#plans = new Plans(options);
    this.#target = new Target(relations, names.target, options, ctx.signal);
  }

  /** Rows looked at so far, the bad ones aside. */
  get seen(): number {
    return this.#target.seen;
  }

  /** Whether all rows that were asked for are there. */
  get isFull(): boolean {
    return !this.restart && this.#target.isFull;
  }

  /** Starts over, with the types known by now. */
  async again(): Promise<void> {
    this.restart = false;
    this.#alike = null;
    await this.#target.drop();
    await this.#relations.drop([this.#names.stage, this.#names.made]);
    await this.#rejects.drop();
  }

  warnings() {
    return this.#plans.warnings();
  }

  /** What to take of a text file with these columns. */
  wanted(file: string, names: readonly string[]): Wanted {
    this.#plans.require(file, names);
    const picks = this.#plans.picks(names);
    const plans = picks.map((place) => this.#plans.of(names[place]!));
    const { nulls = [], decimal = '.', thousands = '' } = this.#options;
    let last: Values | null = null;
    return {
      picks,
      values: () => {
        const types = plans.map(({ type }) => type);
        if (thousands !== '' || !types.every((type) => type !== null)) return null;
        if (!last?.types.every((type, i) => type === types[i])) last = { types, nulls, decimal };
        return last;
      }
    };
  }

  async add(batch: CsvBatch, file: string, place: number): Promise<void> {
    if (!this.restart) await this.#rejects.add(batch.bad, file, place);
    if ('typed' in batch) await this.#addTyped(batch);
    else await this.#addText(batch, file, place);
  }

  /** Refuses a file that lacks a column of the contract, or one that is asked for. */
  require(file: string, names: readonly string[]): void {
    this.#plans.require(file, names);
  }

  /** The places of the columns that are taken. */
  picks(names: readonly string[]): readonly number[] {
    return this.#plans.picks(names);
  }

  /** Takes in rows with types of their own as an Arrow stream, from the row `first` of a file on; gives how many. */
  async addArrow(ipc: Uint8Array, file: string, place: number, first: number): Promise<number> {
    const { stage } = this.#names;
    await insertAny(this.#relations, stage, ipc, true);
    if (this.#alike?.place !== place) return this.addStage(file, place, first);
    const rows = tableFromIPC(ipc).numRows;
    await this.#target.insertFrom(stage, rows, this.#alike.plans);
    await this.#relations.drop([stage]);
    return rows;
  }

  /** Takes in the stage, whose columns have types of their own; as `addArrow`. */
  async addStage(file: string, place: number, first: number): Promise<number> {
    const { stage, made } = this.#names;
    const { fields, rows } = (await this.#relations.describe(stage))!;
    const names = fields.map((field) => field.name);
    this.#plans.require(file, names);
    const picks = this.#plans.picks(names);
    const placed = picks.map((i) => this.#placeTyped(fields[i]!));
    const columns = picks.map((i) => quoteName(names[i]!));
    const plans = placed.map(({ plan }) => plan);
    if (placed.every(({ value }, i) => value === columns[i])) {
      await this.#target.insertFrom(stage, rows, plans);
      this.#alike = { place, plans };
    } else {
      await this.#make(placed, `rowid + ${first}`, file, place);
      const [good = 0] = await this.#counts([], quoteName(made));
      await this.#take(placed, good);
    }
    await this.#relations.drop([stage]);
    return rows;
  }

  async #addTyped({ names, rows, typed }: TypedBatch): Promise<void> {
    if (this.restart || rows === 0) return;
    const { made } = this.#names;
    await this.#relations.insertIpc(made, typed, true);
    await this.#target.insertFrom(
      made,
      rows,
      names.map((name) => this.#plans.of(name))
    );
    await this.#relations.drop([made]);
  }

  async #addText(batch: TextBatch, file: string, place: number): Promise<void> {
    const { stage } = this.#names;
    await this.#relations.insertIpc(stage, batch.ipc, true);
    const candidates = this.#plans.picks(batch.names).map((i): Candidate => {
      const plan = this.#plans.of(batch.names[i]!);
      const kind = batch.kinds?.[i];
      return { plan, column: `c${i}`, current: plan.type, ...(kind ? { kind } : {}) };
    });
    const open = candidates.filter(({ current }) => current === null);
    if (batch.rows > 0 && open.length > 0) {
      await this.#settle(open, await proposeTypes(...this.#look(open)));
    }
    if (this.restart) await this.#checkOnly(candidates);
    else await this.#takeText(candidates, file, place);
    await this.#relations.drop([stage]);
  }

  /** Makes the values, holds them against the texts, and takes them in once all are there. */
  async #takeText(candidates: readonly Candidate[], file: string, place: number): Promise<void> {
    const { stage, made } = this.#names;
    const placed = candidates.map(({ plan, column }) => this.#placeText(plan, quoteName(column)));
    const good = await this.#make(placed, 'line', file, place);
    const auto = placed.filter(({ plan }) => !plan.stated && plan.type?.as !== 'text');
    const given = await this.#counts(
      auto.map(({ source }) => source),
      `${quoteName(stage)}${good}`
    );
    const there = await this.#counts(
      auto.map(({ plan }) => quoteName(plan.name)),
      quoteName(made)
    );
    const wrong = auto.flatMap(({ plan }, i) => {
      const candidate = candidates[placed.findIndex((one) => one.plan === plan)]!;
      const fits = given[i + 1] === there[i + 1] && allows(candidate.kind, plan.type);
      return fits || given[i + 1] === 0 ? [] : [{ ...candidate, current: plan.type }];
    });
    if (wrong.length === 0) return this.#take(placed, there[0]!);
    await this.#widen(wrong);
    if (this.restart) return;
    await this.#make(
      candidates.map(({ plan, column }) => this.#placeText(plan, quoteName(column))),
      null,
      file,
      place
    );
    await this.#take(placed, there[0]!);
  }

  #look(columns: readonly Candidate[]) {
    return [this.#relations, this.#names.stage, columns, this.#options, this.#ctx.signal] as const;
  }

  /** Gives columns that had no value yet the types found for their first ones. */
  async #settle(open: readonly Candidate[], found: readonly Found[]): Promise<void> {
    for (const [i, { plan }] of open.entries()) {
      const { type, ambiguous } = found[i]!;
      if (ambiguous) this.#plans.doubt(plan);
      plan.type = type;
      // So far it holds nothing but missing values, which are of any type.
      await this.#target.retype(plan);
    }
  }

  /** After a misfit nothing more is put in, but what follows is looked at, so that one more pass is enough. */
  async #checkOnly(candidates: readonly Candidate[]): Promise<void> {
    const auto = candidates.flatMap((candidate) => {
      const { stated, type } = candidate.plan;
      return stated || type === null || type.as === 'text' ? [] : [{ ...candidate, current: type }];
    });
    const wrong = await misfits(...this.#look(auto));
    await this.#widen(auto.filter((_, i) => wrong[i]));
  }

  async #widen(wrong: readonly Candidate[]): Promise<void> {
    if (wrong.length === 0) return;
    const found = await widerTypes(...this.#look(wrong));
    for (const [i, { plan }] of wrong.entries()) {
      const before = plan.type;
      if (found[i]!.ambiguous) this.#plans.doubt(plan);
      plan.type = found[i]!.type ?? textType;
      if (plan.type.as === 'text' || !contains(plan.type, before)) this.restart = true;
    }
    if (this.restart) return;
    for (const { plan } of wrong) await this.#target.retype(plan);
  }

  /** The number of rows, then of values of each expression. */
  #counts(expressions: readonly string[], from: string): Promise<number[]> {
    return countsOf(this.#relations, ['*', ...expressions], from, this.#ctx.signal);
  }

  /** A column with a type of its own; `value` is the column where nothing has to be done. */
  #placeTyped(field: Field): Placed {
    const column = quoteName(field.name);
    const plan = this.#plans.of(field.name);
    const sqlType = field.sqlType ?? 'VARCHAR';
    if (!plan.stated) {
      plan.type ??= { as: 'sql', type: sqlType };
      const type = duckDbType(plan.type);
      const value = type === sqlType ? column : `${column}::${type}`;
      return { plan, value, misfit: null, source: column };
    }
    if (field.type === 'text') return this.#placeText(plan, column);
    const value = `TRY_CAST(${column} AS ${duckDbType(plan.type ?? textType)})`;
    const misfit = `${column} IS NOT NULL AND ${value} IS NULL`;
    return { plan, value, misfit, source: `${column}::VARCHAR` };
  }

  #placeText(plan: Plan, column: string): Placed {
    const source = present(column, this.#options);
    const type = plan.type ?? textType;
    const value = conversion(source, type, this.#options, !plan.stated);
    const misfit =
      plan.stated && type.as !== 'text' ? `(${source}) IS NOT NULL AND (${value}) IS NULL` : null;
    return { plan, value, misfit, source };
  }

  /**
   * Makes the values of the stage's rows that fit their contract and puts the others aside; gives the condition on the
   * stage. `line` is SQL for the line of a row; null: bad rows have been put aside before.
   */
  async #make(
    placed: readonly Placed[],
    line: string | null,
    file: string,
    place: number
  ): Promise<string> {
    const stage = quoteName(this.#names.stage);
    const checks = placed.filter((p): p is Placed & { misfit: string } => p.misfit !== null);
    if (line !== null && checks.length > 0) {
      const select = checks.map(
        ({ plan, misfit, source }) =>
          `SELECT ${line} AS line, ${quoteText(plan.name)} AS "column", ${source} AS value,
           ${quoteText(`It is not ${wordsOf(plan.type ?? textType)}.`)} AS reason
           FROM ${stage} WHERE ${misfit}`
      );
      await this.#rejects.addFrom(select.join(' UNION ALL '), file, place);
    }
    const list = placed.map(
      ({ plan, value }) =>
        `(${value})::${duckDbType(plan.type ?? textType)} AS ${quoteName(plan.name)}`
    );
    const good = checks.map(({ misfit }) => `NOT coalesce(${misfit}, false)`).join(' AND ');
    const where = good ? ` WHERE ${good}` : '';
    await createInParts(
      this.#relations,
      this.#names.made,
      list,
      `${stage}${where}`,
      this.#ctx.signal
    );
    return where;
  }

  async #take(placed: readonly Placed[], rows: number): Promise<void> {
    const { made } = this.#names;
    await this.#target.insertFrom(
      made,
      rows,
      placed.map(({ plan }) => plan)
    );
    await this.#relations.drop([made]);
  }
}

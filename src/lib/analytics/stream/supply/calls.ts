import type { Expression } from '../expression.ts';

/** What each carried measure takes: arguments by name, those after `|` may be absent; then options written as calls. */
const signatures = {
  on_hand: ['change|count', 'opening'],
  stock_out_time: ['change|count', 'opening'],
  stock_out_share: ['change|count', 'opening'],
  stock_outs: ['change|count', 'opening'],
  cover: ['change|count', 'opening forecast demand ewma'],
  backorders: ['ordered filled', ''],
  backorder_age: ['ordered filled', ''],
  oldest_backorder: ['ordered filled', ''],
  delivery_delay: ['order promised delivered|share', ''],
  on_time_rate: ['order promised delivered', ''],
  open_orders: ['order promised delivered', ''],
  late_orders: ['order promised delivered', ''],
  feed_silence: ['|key key key', ''],
  feed_gap: ['|key key key', ''],
  feed_rate: ['|key key key', '']
} as const satisfies Readonly<Record<string, readonly [string, string]>>;

export type CarriedName = keyof typeof signatures;
export const carriedNames = Object.keys(signatures) as readonly CarriedName[];

/** A measure of state that outlives windows, as written. */
export interface CarriedCall {
  readonly name: CarriedName;
  /** Expressions over the columns of an event, in order; null where absent. */
  readonly args: readonly (Expression | null)[];
  /** The relation that ledgers begin from. */
  readonly opening: string | null;
  /** The relation that foretells demand. */
  readonly forecast: string | null;
  readonly demand: Expression | null;
  /** The weight of the latest demand in the average, over 0 up to 1. */
  readonly alpha: number | null;
}

/** The key columns that a call groups keys by; empty for calls that do not. */
export function keysNamed({ name, args }: CarriedCall): string[] {
  if (!name.startsWith('feed_')) return [];
  return args.flatMap((arg) => (arg?.kind === 'name' ? arg.name : []));
}

/** A call that cannot stand, in words; the caller adds where. */
export class BadCall extends Error {}

/** Reads `on_hand(change, counted, opening(stock))` and the like: columns in their order, options by name in any. */
export function carriedCall(name: CarriedName, args: readonly Expression[]): CarriedCall {
  const [columns, options] = signatures[name];
  const [needed = '', optional = ''] = columns.split('|');
  const allowed = options.split(' ').filter(Boolean);
  const isOption = (e: Expression) => e.kind === 'call' && optionNames.includes(e.name);
  const positional = args.filter((arg) => !isOption(arg));
  const named = args.flatMap((arg) => (arg.kind === 'call' && isOption(arg) ? [arg] : []));
  const names = [...words(needed), ...words(optional)];
  if (positional.length < words(needed).length || positional.length > names.length)
    throw new BadCall(`\`${name}\` takes ${signatureOf(name)}.`);
  const option = (wanted: string): Expression | null => {
    const found = named.filter((call) => call.name === wanted);
    if (found.length > 0 && !allowed.includes(wanted))
      throw new BadCall(`\`${name}\` takes no \`${wanted}(…)\`, but ${signatureOf(name)}.`);
    if (found.length > 1 || found.some((call) => call.args.length !== 1))
      throw new BadCall(`\`${wanted}\` stands once and takes one argument.`);
    return found[0]?.args[0] ?? null;
  };
  checkArguments(name, names, positional);
  return {
    name,
    args: names.map((_, i) => positional[i] ?? null),
    opening: relationOf('opening', option('opening')),
    forecast: relationOf('forecast', option('forecast')),
    demand: option('demand'),
    alpha: alphaOf(option('ewma'))
  };
}

/** Orders and feeds are told apart by columns as they are; a share is a number. */
function checkArguments(name: string, names: readonly string[], args: readonly Expression[]): void {
  if (names[0] === 'order' && args[0]?.kind !== 'name')
    throw new BadCall(`\`${name}\` takes the column of order ids first.`);
  if (names[0] === 'key' && args.some((arg) => arg.kind !== 'name'))
    throw new BadCall(`\`${name}\` takes columns of \`by\`, as they are.`);
  const share = args[names.indexOf('share')];
  if (share && !(share.kind === 'number' && share.value >= 0 && share.value <= 1))
    throw new BadCall('The share of a quantile is a number from 0 to 1.');
}

/** How a carried measure is written, for help and problems. */
function signatureOf(name: CarriedName): string {
  const [columns, options] = signatures[name];
  const [needed = '', optional = ''] = columns.split('|');
  const parts = [...words(needed), ...words(optional).map((word) => `${word}?`)];
  const called = options.split(' ').filter(Boolean);
  return `(${[...parts, ...called.map((word) => `${word}(…)?`)].join(', ')})`;
}

const optionNames: readonly string[] = ['opening', 'forecast', 'demand', 'ewma'];

function words(list: string): string[] {
  return list.split(' ').filter(Boolean);
}

function relationOf(option: string, of: Expression | null): string | null {
  if (of === null) return null;
  if (of.kind === 'name') return of.name;
  throw new BadCall(`\`${option}\` takes the name of a table.`);
}

function alphaOf(of: Expression | null): number | null {
  if (of === null) return null;
  if (of.kind === 'number' && of.value > 0 && of.value <= 1) return of.value;
  throw new BadCall('`ewma` takes the weight of the latest demand, over 0 up to 1.');
}

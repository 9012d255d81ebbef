import { nameKey } from './quote.ts';
import { isSignificant, scanSql, type Token } from './scan.ts';

/** A place in SQL where a name can only mean a relation from outside the statement. */
export interface Reference {
  readonly key: string;
  readonly from: number;
  readonly to: number;
  readonly quoted: boolean;
}

/** What SQL says about names: relations it reads, and names it gives itself (WITH tables, aliases). */
export interface SqlNames {
  readonly references: readonly Reference[];
  readonly bound: ReadonlySet<string>;
}

/**
 * The known relations that `sql` reads, as spelled in `known`, in order of appearance. A name counts where a
 * relation stands (FROM, JOIN, PIVOT, DESCRIBE …) or as the qualifier of a column; not in strings and comments,
 * after a dot or AS, as a bare column, or where a WITH table or an alias of that name is in scope.
 */
export function sqlNames(sql: string, known: Iterable<string>): string[] {
  const byKey = new Map<string, string>();
  for (const name of known) if (!byKey.has(nameKey(name))) byKey.set(nameKey(name), name);
  const found = new Set<string>();
  for (const { key } of scanNames(sql).references) {
    const name = byKey.get(key);
    if (name !== undefined) found.add(name);
  }
  return [...found];
}

/** One pass over the tokens with a stack of scopes, one for each open bracket; then names are looked up outwards. */
export function scanNames(sql: string): SqlNames {
  const reader = new NameReader(scanSql(sql).filter(isSignificant));
  return reader.read();
}

type Clause = 'start' | 'with' | 'from' | 'other';

interface Scope {
  readonly parent: Scope | null;
  /** Where a relation is expected, a parenthesis holds a subquery or a join. */
  readonly slot: boolean;
  clause: Clause;
  /** FROM starts a clause only in queries, not in `extract(year FROM …)`. */
  query: boolean;
  /** The next name is a relation. */
  expecting: boolean;
  /** The next name is the alias of what stands before it. */
  aliasable: boolean;
  /** A PIVOT or UNPIVOT statement: what follows ON is columns. */
  pivot: boolean;
  with: WithState;
  readonly tables: { readonly key: string; readonly since: number }[];
  readonly aliases: Set<string>;
}

/** Where a WITH list stands: before a name, between name and AS, before the body, behind the body. */
interface WithState {
  at: 'name' | 'head' | 'body' | 'behind';
  recursive: boolean;
  pending: string;
}

interface Candidate extends Reference {
  readonly scope: Scope;
  readonly index: number;
  readonly role: 'relation' | 'qualifier';
  /** `main.x` is never a WITH table. */
  readonly schema: boolean;
}

const queryWords = new Set(['SELECT', 'FROM', 'WITH', 'VALUES', 'TABLE', 'PIVOT', 'UNPIVOT']);
const describers = new Set(['DESCRIBE', 'DESC', 'SUMMARIZE', 'SHOW']);
const setWords = new Set(['UNION', 'INTERSECT', 'EXCEPT']);
const setTail = new Set(['ALL', 'DISTINCT', 'BY', 'NAME']);
const clauseWords = new Set(
  'WHERE GROUP HAVING ORDER LIMIT OFFSET QUALIFY WINDOW FETCH SELECT'.split(' ')
);
const joinWords = new Set(
  'LEFT RIGHT FULL INNER OUTER CROSS NATURAL ASOF POSITIONAL SEMI ANTI TABLESAMPLE AT WITH ON USING AS'.split(
    ' '
  )
);

class NameReader {
  readonly #tokens: readonly Token[];
  readonly #candidates: Candidate[] = [];
  readonly #bound = new Set<string>();
  #scope = openScope(null, false);

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
    this.#scope.query = true;
  }

  read(): SqlNames {
    for (let i = 0; i < this.#tokens.length;) i = this.#step(i);
    return { references: this.#candidates.filter(reachesOut), bound: this.#bound };
  }

  /** Takes the token at `i`, sometimes more; returns the index of the next one. */
  #step(i: number): number {
    const token = this.#tokens[i]!;
    if (token.kind === 'word' || token.kind === 'quoted') return this.#name(i, token);
    const scope = this.#scope;
    if (token.kind === 'symbol') {
      if (token.value === '(' || token.value === '[' || token.value === '{') return this.#open(i);
      if (token.value === ')' || token.value === ']' || token.value === '}') return this.#close(i);
      if (token.value === ';') this.#scope = { ...openScope(null, false), query: true };
      else if (token.value === ',') this.#comma(scope);
      else if (token.value !== ':') scope.aliasable = false;
      if (scope.clause === 'start') scope.clause = 'other';
      return i + 1;
    }
    scope.aliasable = scope.expecting;
    scope.expecting = false;
    if (scope.clause === 'start') scope.clause = 'other';
    return i + 1;
  }

  #open(i: number): number {
    const scope = this.#scope;
    if (scope.clause === 'with' && scope.with.at === 'behind') scope.clause = 'other';
    const slot = scope.expecting || (scope.clause === 'start' && scope.slot);
    if (scope.clause === 'start') scope.clause = slot ? 'from' : 'other';
    scope.aliasable = slot || scope.aliasable;
    scope.expecting = false;
    this.#scope = openScope(scope, slot);
    return i + 1;
  }

  #close(i: number): number {
    const outer = this.#scope.parent;
    if (!outer) return i + 1;
    this.#scope = outer;
    const list = outer.with;
    if (outer.clause === 'with' && list.at === 'body') {
      if (!list.recursive) outer.tables.push({ key: list.pending, since: i });
      list.at = 'behind';
    }
    return i + 1;
  }

  #comma(scope: Scope): void {
    if (scope.clause === 'with') scope.with.at = 'name';
    else if (scope.clause === 'from') scope.expecting = true;
    scope.aliasable = false;
  }

  #name(i: number, token: Token): number {
    const scope = this.#scope;
    const word = token.kind === 'word' ? token.value.toUpperCase() : '';
    if (scope.clause === 'with') {
      if (scope.with.at !== 'behind') return this.#withList(i, token, word);
      scope.clause = 'start';
      scope.query = true;
    }
    if (this.#value(i - 1) === '.') return i + 1;
    if (this.#wordAt(i - 1) === 'AS') return this.#alias(i, token);
    if (scope.expecting && queryWords.has(word) && scope.clause === 'from') scope.clause = 'start';
    if (scope.clause === 'start') {
      const before = this.#wordAt(i - 1);
      if (setTail.has(word) && (setWords.has(before) || setTail.has(before))) return i + 1;
      if (this.#begin(scope, word)) return i + 1;
    }
    if (scope.clause === 'from' && scope.expecting) return this.#relation(i, token, word);
    if (this.#keyword(i, scope, word)) return i + 1;
    if (scope.clause === 'from' && scope.aliasable) return this.#alias(i, token);
    return this.#expression(i);
  }

  /** The first word of a query or of what stands in a parenthesis; true if it is spent. */
  #begin(scope: Scope, word: string): boolean {
    const starts = queryWords.has(word) || (describers.has(word) && !scope.expecting);
    if (!starts) {
      scope.clause = scope.slot ? 'from' : 'other';
      scope.expecting = scope.slot;
      return false;
    }
    scope.query = true;
    if (word === 'WITH') {
      scope.clause = 'with';
      scope.expecting = false;
      scope.with = { at: 'name', recursive: false, pending: '' };
    } else if (word === 'SELECT' || word === 'VALUES') {
      scope.clause = 'other';
      scope.expecting = false;
    } else {
      scope.clause = 'from';
      scope.expecting = true;
      scope.pivot = word === 'PIVOT' || word === 'UNPIVOT';
    }
    return true;
  }

  #withList(i: number, token: Token, word: string): number {
    const scope = this.#scope;
    const list = scope.with;
    if (list.at === 'name') {
      if (word === 'RECURSIVE' && this.#wordAt(i - 1) === 'WITH') {
        list.recursive = true;
        return i + 1;
      }
      list.pending = nameKey(token.value);
      this.#bound.add(list.pending);
      if (list.recursive) scope.tables.push({ key: list.pending, since: i });
      list.at = 'head';
    } else if (word === 'AS') {
      list.at = 'body';
    }
    return i + 1;
  }

  /** A keyword that moves the clause; true if the word is one. */
  #keyword(i: number, scope: Scope, word: string): boolean {
    if (word === '' || this.#value(i + 1) === '.') return false;
    if (word === 'FROM') {
      const distinct = this.#wordAt(i - 1) === 'DISTINCT' && /^(IS|NOT)$/.test(this.#wordAt(i - 2));
      if (!scope.query || distinct) return distinct;
      scope.clause = 'from';
      scope.expecting = true;
      scope.aliasable = false;
      return true;
    }
    if (setWords.has(word) && scope.query) {
      scope.clause = 'start';
      scope.aliasable = false;
      return true;
    }
    if (scope.clause !== 'from') return false;
    if (word === 'JOIN') scope.expecting = true;
    else if (clauseWords.has(word) || (word === 'ON' && scope.pivot)) scope.clause = 'other';
    else if (word !== 'PIVOT' && word !== 'UNPIVOT' && !joinWords.has(word)) return false;
    scope.aliasable = false;
    return true;
  }

  #relation(i: number, token: Token, word: string): number {
    const scope = this.#scope;
    if (word === 'LATERAL') return i + 1;
    if (this.#value(i + 1) === ':') return this.#alias(i, token);
    const path = this.#path(i);
    const after = path.at(-1)! + 1;
    scope.expecting = false;
    scope.aliasable = true;
    if (this.#value(after) === '(') return after;
    const schema = path.length > 1 ? nameKey(this.#tokens[path.at(-2)!]!.value) : '';
    if (path.length === 1) this.#add(i, 'relation', false);
    else if (schema === 'main') this.#add(path.at(-1)!, 'relation', true);
    else this.#add(i, 'qualifier', false);
    return after;
  }

  #alias(i: number, token: Token): number {
    const scope = this.#scope;
    if (scope.clause === 'from') {
      scope.aliases.add(nameKey(token.value));
      this.#bound.add(nameKey(token.value));
    }
    scope.aliasable = false;
    return i + 1;
  }

  #expression(i: number): number {
    this.#scope.aliasable = false;
    const path = this.#path(i);
    const after = path.at(-1)! + 1;
    const star = this.#value(after) === '.' && this.#value(after + 1) === '*';
    const method = path.length === 2 && this.#value(after) === '(';
    if (star ? path.length === 1 : path.length > 1 && !method) this.#add(i, 'qualifier', false);
    return after;
  }

  /** Indices of the names of a dotted path that starts at `i`. */
  #path(i: number): number[] {
    const path = [i];
    for (let j = i; this.#value(j + 1) === '.'; j += 2) {
      const kind = this.#tokens[j + 2]?.kind;
      if (kind !== 'word' && kind !== 'quoted') break;
      path.push(j + 2);
    }
    return path;
  }

  #add(index: number, role: Candidate['role'], schema: boolean): void {
    const { value, from, to, kind } = this.#tokens[index]!;
    const quoted = kind === 'quoted';
    const key = nameKey(value);
    this.#candidates.push({ key, from, to, quoted, scope: this.#scope, index, role, schema });
  }

  #value(i: number): string {
    const token = this.#tokens[i];
    return token?.kind === 'symbol' ? token.value : '';
  }

  #wordAt(i: number): string {
    const token = this.#tokens[i];
    return token?.kind === 'word' ? token.value.toUpperCase() : '';
  }
}

function openScope(parent: Scope | null, slot: boolean): Scope {
  return {
    parent,
    slot,
    clause: 'start',
    query: false,
    expecting: false,
    aliasable: false,
    pivot: false,
    with: { at: 'name', recursive: false, pending: '' },
    tables: [],
    aliases: new Set()
  };
}

/** Whether nothing inside the statement answers to the name. A WITH table that is not recursive is unknown in its own body. */
function reachesOut({ key, scope, index, role, schema }: Candidate): boolean {
  if (schema) return true;
  for (let s: Scope | null = scope; s; s = s.parent) {
    if (s.tables.some((t) => t.key === key && t.since < index)) return false;
    if (role === 'qualifier' && s.aliases.has(key)) return false;
  }
  return true;
}

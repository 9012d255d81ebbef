import { quoteText } from '#lib/sql/quote.ts';
import type { SqlType } from '#lib/sql/type.ts';
import { replacedEach } from './replace.ts';

/** A SQL expression that writes a value as JSON text; nothing there is `null`. Structs and maps are objects, lists are arrays. */
export function jsonValue(value: string, type: SqlType, depth = 0): string {
  return `coalesce(${presentJson(value, type, depth)}, 'null')`;
}

/** The same, NULL where the value is. */
export function presentJson(value: string, type: SqlType, depth = 0): string {
  switch (type.kind) {
    case 'list':
      return listJson(value, (item) => jsonValue(item, type.item, depth + 1), depth);
    case 'struct': {
      const members = type.members.map(({ name, type: member }) => {
        const inner = jsonValue(`struct_extract(${value}, ${quoteText(name)})`, member, depth);
        return `${quoteText(`${JSON.stringify(name)}:`)} || ${inner}`;
      });
      return ifPresent(value, `'{' || ${members.join(` || ',' || `)} || '}'`);
    }
    case 'map': {
      const entry = (item: string) =>
        `${jsonText(`${item}.key::VARCHAR`)} || ':' || ${jsonValue(`${item}.value`, type.value, depth + 1)}`;
      return listJson(`map_entries(${value})`, entry, depth, '{}');
    }
    case 'scalar':
      return scalarJson(value, type.text);
  }
}

/** A JSON object of the columns of a row. */
export function jsonObject(members: readonly { name: string; value: string }[]): string {
  const written = members.map(
    ({ name, value }) => `${quoteText(`${JSON.stringify(name)}:`)} || ${value}`
  );
  return `'{' || ${written.join(` || ',' || `)} || '}'`;
}

function listJson(list: string, item: (name: string) => string, depth: number, marks = '[]') {
  const name = `item${depth}`;
  const items = `list_transform(${list}, lambda ${name}: ${item(name)})`;
  const joined = `coalesce(array_to_string(${items}, ','), '')`;
  return ifPresent(list, `'${marks[0]}' || ${joined} || '${marks[1]}'`);
}

function ifPresent(value: string, json: string): string {
  return `CASE WHEN ${value} IS NOT NULL THEN ${json} END`;
}

function scalarJson(value: string, type: string): string {
  if (/^(BOOLEAN|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DECIMAL\(.*)$/.test(type)) {
    return `${value}::VARCHAR`;
  }
  if (/^(DOUBLE|FLOAT|REAL)$/.test(type)) {
    return `CASE WHEN isfinite(${value}) THEN ${value}::VARCHAR END`;
  }
  if (type === 'DATE') return `'"' || ${value}::VARCHAR || '"'`;
  if (type === 'TIMESTAMP WITH TIME ZONE') {
    return `'"' || replace(replace(${value}::VARCHAR, ' ', 'T'), '+00', 'Z') || '"'`;
  }
  if (type.startsWith('TIMESTAMP')) return `'"' || replace(${value}::VARCHAR, ' ', 'T') || '"'`;
  return jsonText(`${value}::VARCHAR`);
}

/** JSON's escapes; control characters besides line ends and tabs are rare and handled apart. */
function jsonText(text: string): string {
  const marks = replacedEach(text, [
    ['\\', '\\\\'],
    ['"', '\\"']
  ]);
  const controls = Array.from({ length: 31 }, (_, i) => String.fromCharCode(i + 1));
  const escaped = replacedEach(
    marks,
    controls.map((control) => [control, JSON.stringify(control).slice(1, -1)] as const)
  );
  return `'"' || CASE WHEN regexp_matches(${text}, '[\\x00-\\x1f]') THEN ${escaped} ELSE ${marks} END || '"'`;
}

import * as v from 'valibot';
import { nearest } from '#lib/base/nearest.ts';
import { problem } from '#lib/problems/index.ts';
import { yamlBody, type Body } from '../core/body.ts';
import {
  boolean,
  choice,
  expression,
  integer,
  listOf,
  map,
  nested,
  number,
  text
} from '../core/fields.ts';
import { fileFormats } from '../core/loader.ts';
import { secretInUrl } from '../core/secrets.ts';
import { readYaml } from '../core/yaml.ts';

const formats = ['auto', ...fileFormats] as const;

const options = v.object({
  delimiter: v.optional(text({ label: 'Delimiter', help: 'what stands between fields' })),
  header: v.optional(boolean({ label: 'Header', help: 'whether the first row holds names' })),
  encoding: v.optional(text({ label: 'Encoding', help: 'such as utf-8, windows-1252 or gbk' })),
  decimal: v.optional(
    choice(['.', ','], { label: 'Decimal mark', help: 'the mark before decimals' })
  ),
  thousands: v.optional(
    text({ label: 'Thousands mark', help: 'the mark between groups of digits' })
  ),
  date_format: v.optional(
    nested(listOf(v.string('a strptime format')), {
      label: 'Date format',
      help: 'strptime formats of dates, such as %d.%m.%Y'
    })
  ),
  timestamp_format: v.optional(
    nested(listOf(v.string('a strptime format')), {
      label: 'Time format',
      help: 'strptime formats of times, such as %d.%m.%Y %H:%M'
    })
  ),
  null: v.optional(
    nested(listOf(v.string('tokens')), {
      label: 'Missing values',
      help: 'tokens that mean nothing, besides the empty text'
    })
  ),
  skip: v.optional(integer({ label: 'Skip', help: 'lines to leave out at the top', min: 0 })),
  sheet: v.optional(
    text({ label: 'Sheet', help: 'the sheet of a workbook, by name or by number from 1' })
  ),
  range: v.optional(text({ label: 'Range', help: 'the cells of a sheet, such as A1:F200 or A:F' })),
  table: v.optional(text({ label: 'Table', help: 'the table or view of a database file' })),
  path: v.optional(
    text({ label: 'Path', help: 'where the rows of a JSON file stand, such as data.items' })
  ),
  flatten: v.optional(
    boolean({ label: 'Flatten', help: 'whether objects in JSON rows become columns such as a.b' })
  )
});

const schema = v.object({
  file: v.optional(
    text({
      label: 'File',
      help: 'the name of a file given to the notebook, or a pattern such as orders*.csv'
    })
  ),
  example: v.optional(
    text({
      label: 'Bundled data set',
      help: 'a data set that comes with the site, such as online-retail'
    })
  ),
  url: v.optional(text({ label: 'Address', help: 'the address of a file on the network' })),
  format: v.optional(
    choice(formats, {
      label: 'Format',
      help: 'what kind of file it is',
      fallback: 'found from the file'
    }),
    'auto'
  ),
  options: v.optional(nested(options, { label: 'Options', help: 'how a text file is written' })),
  columns: v.optional(
    map(v.string('a type'), {
      label: 'Columns',
      help: 'columns that must be there, with their types'
    })
  ),
  only: v.optional(
    nested(listOf(v.string('a column')), {
      label: 'Only these columns',
      help: 'columns to take, besides those of the contract',
      fallback: 'all'
    })
  ),
  filter: v.optional(
    expression({
      label: 'Filter',
      help: 'SQL over the columns taken: only rows for which it is true are kept'
    })
  ),
  sample: v.optional(
    number({
      label: 'Sample',
      help: 'a share of the rows such as 0.1, or how many of the first rows',
      min: 0
    })
  ),
  on_bad_rows: v.optional(
    choice(['reject', 'fail'], {
      label: 'Bad rows',
      help: 'put rows that do not fit aside, or stop',
      fallback: 'reject'
    }),
    'reject'
  ),
  engine: v.optional(
    nested(v.object({ connection: v.string('a name'), query: v.string('a query') }), {
      label: 'Remote engine',
      help: 'a connection and the query to run there'
    })
  )
});

const yaml = yamlBody(schema, (config) => {
  // `example` beside `file` stands in for it until the reader gives the file.
  const named = (['file', 'example', 'url', 'engine'] as const).filter(
    (key) => config[key] !== undefined && !(key === 'example' && config.file !== undefined)
  );
  if (named.length > 1) {
    return {
      key: named[1]!,
      detail: `\`${named[0]}\` and \`${named[1]}\` cannot stand together.`,
      remedy: `Keep one of the two lines. A second source is a cell of its own.`
    };
  }
  const inUrl = config.url === undefined ? null : secretInUrl(config.url);
  if (inUrl?.startsWith('a user')) {
    return {
      key: 'url',
      detail: `\`url\` holds ${inUrl}, and goes wherever the notebook goes.`,
      remedy:
        'Take it out. A file behind a sign-in is downloaded, dropped here and named with `file`.'
    };
  }
  const { sample } = config;
  if (sample !== undefined && (sample <= 0 || (sample > 1 && !Number.isInteger(sample)))) {
    return {
      key: 'sample',
      detail: `\`${sample}\` is neither a share nor a number of rows.`,
      remedy: 'Write a share such as 0.1, or a whole number of rows such as 10000.'
    };
  }
  const { delimiter } = config.options ?? {};
  if (delimiter !== undefined && delimiterOf(delimiter) === null) {
    return {
      key: 'options',
      detail: `\`${delimiter}\` cannot be a delimiter.`,
      remedy: 'Write one ASCII character other than a quote, or `tab`.'
    };
  }
  return null;
});

/** The body of a source; keys of `options` that do nothing are told like those at the top. */
export const sourceBody: Body<v.InferOutput<typeof schema>> & { readonly schema: typeof schema } = {
  ...yaml,
  schema,
  parse(written, params) {
    const parsed = yaml.parse(written, params);
    const tree = readYaml(written, params);
    const given = tree.value?.['options'];
    if (typeof given !== 'object' || given === null || Array.isArray(given)) return parsed;
    const known = Object.keys(options.entries);
    const unknown = Object.keys(given)
      .filter((key) => !known.includes(key))
      .map((key) =>
        problem(
          'config.unknown-key',
          { key, nearest: nearest(key, known), known: known.join(', ') },
          tree.spanOf(['options', key])
        )
      );
    return { ...parsed, problems: [...parsed.problems, ...unknown] };
  }
};

/** The delimiter meant by what is written; null if it cannot be one. */
export function delimiterOf(written: string): string | null {
  const names: Readonly<Record<string, string>> = {
    tab: '\t',
    '\\t': '\t',
    comma: ',',
    semicolon: ';',
    pipe: '|',
    space: ' '
  };
  const delimiter = names[written] ?? written;
  return /^[\t -~]$/.test(delimiter) && delimiter !== '"' ? delimiter : null;
}

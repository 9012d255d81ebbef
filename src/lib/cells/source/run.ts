import { fail } from '#lib/problems/index.ts';
import {
  fileFormats,
  type FileFormat,
  type LoadOptions,
  type LoadReport,
  type LoadRun
} from '../core/loader.ts';
import { delimiterOf } from './body.ts';
import type { SourceConfig } from './index.ts';

/** Reads the files, the address or the engine that the cell names into its relation, and what does not fit into its rejects. */
const run: LoadRun<SourceConfig, LoadReport> = async (cell, loader) => {
  const { config } = cell;
  const { file, example, url, engine } = config;
  if (engine) return loader.loadRemote(cell.name, engine, loadOptions(config));
  if (file === undefined && example === undefined && url === undefined) {
    const expected =
      'the name of a file you give, `url` with an address, or `example` with a bundled data set';
    throw fail('config.missing', { key: 'file', expected }, { line: 1 });
  }
  const from = {
    ...(file === undefined ? {} : { file }),
    ...(example === undefined ? {} : { example }),
    ...(url === undefined ? {} : { url })
  };
  return loader.load(cell.name, from, loadOptions(config));
};

function loadOptions(config: SourceConfig): LoadOptions {
  const { format, options = {}, columns, on_bad_rows, only, filter, sample } = config;
  const delimiter = options.delimiter === undefined ? null : delimiterOf(options.delimiter);
  const times = options.date_format?.filter(hasClock) ?? [];
  const timestampFormats = [...(options.timestamp_format ?? []), ...times];
  return {
    onBadRows: on_bad_rows,
    ...(isFileFormat(format) ? { format } : {}),
    ...(columns === undefined ? {} : { columns }),
    ...(only === undefined ? {} : { only }),
    ...(filter === undefined ? {} : { filter }),
    ...(sample === undefined ? {} : { sample }),
    ...(delimiter === null ? {} : { delimiter }),
    ...(options.header === undefined ? {} : { header: options.header }),
    ...(options.encoding === undefined ? {} : { encoding: options.encoding }),
    ...(options.decimal === undefined ? {} : { decimal: options.decimal }),
    ...(options.thousands === undefined ? {} : { thousands: options.thousands }),
    ...(options.skip === undefined ? {} : { skip: options.skip }),
    ...(options.null === undefined ? {} : { nulls: options.null }),
    ...(options.sheet === undefined ? {} : { sheet: String(options.sheet) }),
    ...(options.range === undefined ? {} : { range: options.range }),
    ...(options.path === undefined ? {} : { path: options.path }),
    ...(options.flatten === undefined ? {} : { flatten: options.flatten }),
    ...(options.table === undefined ? {} : { table: options.table }),
    ...(options.date_format === undefined
      ? {}
      : { dateFormats: options.date_format.filter((written) => !hasClock(written)) }),
    ...(timestampFormats.length === 0 ? {} : { timestampFormats })
  };
}

/** Whether a strptime format holds a time of day. */
function hasClock(format: string): boolean {
  return /%[-]?[HIMSpfcTX]/.test(format);
}

function isFileFormat(format: string): format is FileFormat {
  return (fileFormats as readonly string[]).includes(format);
}

export default run;

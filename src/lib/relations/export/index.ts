import type { Progress, RelationInfo } from '#lib/cells/core/context.ts';
import type { CsvOptions, ExportFormat } from '#lib/runtime/engine.ts';
import type { DuckDbRelations } from '../duckdb.ts';
import type { LoadParquet } from '../parquet.ts';
import { writeArrow } from './arrow.ts';
import { writeCsv } from './csv.ts';
import { writeJson, writeNdjson } from './json.ts';
import { writeMarkdown } from './markdown.ts';
import { writeParquet } from './parquet.ts';
import { Pieces } from './pieces.ts';
import { writeSql } from './sql.ts';
import type { Writer } from './writer.ts';
import { writeXlsx } from './xlsx.ts';

export interface ExportParts {
  readonly relations: DuckDbRelations;
  readonly loadParquet: LoadParquet;
}

export interface ExportRequest {
  readonly format: ExportFormat;
  readonly csv?: CsvOptions;
  /** Rows from the top; all of them when absent. */
  readonly limit?: number;
}

const writers: Readonly<Record<ExportFormat, readonly [type: string, write: Writer]>> = {
  csv: ['text/csv', writeCsv],
  xlsx: ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', writeXlsx],
  parquet: ['application/vnd.apache.parquet', writeParquet],
  json: ['application/json', writeJson],
  ndjson: ['application/x-ndjson', writeNdjson],
  arrow: ['application/vnd.apache.arrow.file', writeArrow],
  sql: ['application/sql', writeSql],
  markdown: ['text/markdown', writeMarkdown]
};

/** A relation as a file, written piece by piece. */
export async function exportRelation(
  { relations, loadParquet }: ExportParts,
  info: RelationInfo,
  { format, csv = {}, limit }: ExportRequest,
  signal: AbortSignal,
  onProgress: (progress: Progress) => void
): Promise<Blob> {
  const total = Math.min(info.rows, limit ?? info.rows);
  const report = (done: number) => onProgress({ done: Math.min(done, total), total, unit: 'rows' });
  const [type, write] = writers[format];
  const pieces = new Pieces();
  const input = { relations, loadParquet, info, csv, limit, signal, report };
  for await (const part of write(input)) pieces.put(part);
  report(total);
  return pieces.blob(type);
}

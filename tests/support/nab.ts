import { existsSync, readFileSync } from 'node:fs';
import { nabCorpus } from './nab-corpus.ts';
import type { NabFile } from './nab-score.ts';

/** The shared part of the Numenta Anomaly Benchmark (MIT): 14 of its 58 files. */
const folder = '../shared/data/nab-part/';

export const nabHere = existsSync(folder);

export function readNab(): NabFile[] {
  const read = (file: string) => readFileSync(`${folder}${file}`, 'utf8');
  return nabCorpus(read('labels/combined_windows.json'), (name) =>
    existsSync(`${folder}data/${name}`) ? read(`data/${name}`) : null
  );
}

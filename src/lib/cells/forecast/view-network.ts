import { strToU8, zipSync, type Zippable } from 'fflate';
import { fromBase64 } from '#lib/base/base64.ts';
import { vectorOf, type Columns } from '#lib/base/columns.ts';

/**
 * The networks of NAME_network as a ZIP archive of TensorFlow.js models: model.json and weights.bin, in a folder per
 * seed where there are several.
 */
export function networkArchive(table: Columns): Uint8Array<ArrayBuffer> {
  const seeds = vectorOf(table, 'seed')!.values;
  const models = vectorOf(table, 'model')!.values as readonly string[];
  const weights = vectorOf(table, 'weights')!.values as readonly string[];
  const files: Zippable = {};
  for (let row = 0; row < table.length; row++) {
    const folder = table.length === 1 ? '' : `seed-${String(seeds[row])}/`;
    files[`${folder}model.json`] = strToU8(models[row]!);
    files[`${folder}weights.bin`] = fromBase64(weights[row]!);
  }
  // A time of its own would make every saving of the same networks another file.
  return zipSync(files, { mtime: new Date(1980, 0, 1) });
}

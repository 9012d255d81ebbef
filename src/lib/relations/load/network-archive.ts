import { toBase64 } from '#lib/base/base64.ts';
import { fail } from '#lib/problems/index.ts';
import { openPacked, openPlain, type OpenFile } from './blob.ts';
import { zipContents, type ZipEntry } from './zip.ts';

interface LayersModel {
  readonly userDefinedMetadata?: { readonly recipe?: { readonly seed?: unknown } };
  readonly weightsManifest: readonly { readonly paths: readonly string[] }[];
}

/**
 * The TensorFlow.js models of an archive as one file of rows: seed, model (the text of its model.json) and weights
 * (its weight files one after the other, in base64), as a forecast cell keeps its networks. Null where there is none.
 */
export async function openNetworks(
  file: string,
  blob: Blob,
  entries: readonly ZipEntry[]
): Promise<OpenFile | null> {
  const bytesOf = async (entry: ZipEntry): Promise<Uint8Array<ArrayBuffer>> => {
    const { packed, deflated } = await zipContents(file, blob, entry);
    const name = `${file}/${entry.name}`;
    const opened = deflated
      ? await openPacked(name, packed, ['deflate-raw'])
      : await openPlain(name, packed);
    return new Uint8Array(await (await opened.blob()).arrayBuffer());
  };
  const rows: string[] = [];
  for (const entry of entries.filter(({ name }) => /(^|\/)model\.json$/i.test(name))) {
    const text = new TextDecoder().decode(await bytesOf(entry));
    const model = modelOf(text);
    if (!model) continue;
    const folder = entry.name.slice(0, -'model.json'.length);
    const parts: BlobPart[] = [];
    for (const path of model.weightsManifest.flatMap(({ paths }) => paths)) {
      const part = entries.find(({ name }) => name === folder + path);
      if (!part) {
        const detail = `\`${folder + path}\`, which \`${entry.name}\` names, is not in it.`;
        throw fail('source.broken-file', { file, format: 'zip', detail });
      }
      parts.push(await bytesOf(part));
    }
    const weights = toBase64(new Uint8Array(await new Blob(parts).arrayBuffer()));
    const seed = model.userDefinedMetadata?.recipe?.seed ?? null;
    rows.push(`${JSON.stringify({ seed, model: text, weights })}\n`);
  }
  return rows.length === 0 ? null : openPlain(`${file}/networks.ndjson`, new Blob(rows));
}

function modelOf(text: string): LayersModel | null {
  try {
    const json = JSON.parse(text) as Partial<LayersModel> | null;
    const groups = json?.weightsManifest;
    const whole = Array.isArray(groups) && groups.every(({ paths }) => Array.isArray(paths));
    return whole ? (json as LayersModel) : null;
  } catch {
    return null;
  }
}

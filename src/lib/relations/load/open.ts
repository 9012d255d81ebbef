import type { Problem } from '#lib/base/problem.ts';
import type { FileFormat } from '#lib/cells/core/loader.ts';
import { startsWith } from '../arrow.ts';
import type { NamedBlob } from '../files.ts';
import { chooseMembers, refuseOtherArchives } from './archive.ts';
import { isGzip, openPacked, openPlain, type OpenFile, type Packing } from './blob.ts';
import { openNetworks } from './network-archive.ts';
import { zipContents, zipEntries, type ZipEntry } from './zip.ts';

/** Files ready to read, and what the reader should know of how they were found. */
export interface Opened {
  readonly files: readonly OpenFile[];
  readonly warnings: readonly Problem[];
}

/**
 * Opens what a source names: gzip is unpacked as it is read, and an archive gives its members of one format, or those
 * that the pattern behind its name picks; one of saved networks gives these.
 */
export async function openFiles(
  given: readonly NamedBlob[],
  format: FileFormat | undefined
): Promise<Opened> {
  const opened = await Promise.all(given.map((file) => openOne(file, format)));
  return {
    files: opened.flatMap(({ files }) => files),
    warnings: opened.flatMap(({ warnings }) => warnings)
  };
}

async function openOne(given: NamedBlob, format: FileFormat | undefined): Promise<Opened> {
  const file = await openContents(given.name, given.blob, []);
  if (!startsWith(file.head, 'PK\x03\x04') && !startsWith(file.head, 'PK\x05\x06')) {
    return { files: [file], warnings: [] };
  }
  const blob = await file.blob();
  const entries = await zipEntries(given.name, blob);
  if (isWorkbook(entries)) return { files: [file], warnings: [] };
  refuseOtherArchives(given.name, entries);
  const networks =
    given.members === undefined ? await openNetworks(given.name, blob, entries) : null;
  if (networks) return { files: [networks], warnings: [] };
  const { members, warnings } = chooseMembers(given.name, entries, given.members, format);
  const files = await Promise.all(
    members.map(async (entry) => {
      const { packed, deflated } = await zipContents(given.name, blob, entry);
      return openContents(`${given.name}/${entry.name}`, packed, deflated ? ['deflate-raw'] : []);
    })
  );
  return { files, warnings };
}

/** Opens bytes packed in the given steps, and once more if gzip shows beneath. */
async function openContents(
  name: string,
  blob: Blob,
  packings: readonly Packing[]
): Promise<OpenFile> {
  const file =
    packings.length === 0 ? await openPlain(name, blob) : await openPacked(name, blob, packings);
  return isGzip(file.head) ? openPacked(name, blob, [...packings, 'gzip']) : file;
}

function isWorkbook(entries: readonly ZipEntry[]): boolean {
  return entries.some(({ name }) => /^xl\/workbook\d*\.xml$/i.test(name));
}

import { hash128 } from '#lib/base/hash.ts';
import { shipped, shippedText } from '#lib/state/shipped.ts';
import { fail } from '#lib/problems/index.ts';
import { decodeLink } from '#lib/state/share.ts';
import type { Origin, ViewState } from '#lib/storage/database.ts';
import { loadNotebook } from '#lib/storage/library.ts';
import { loadSnapshots, type Snapshots } from '#lib/storage/snapshots.ts';
import { isGranted, type Capability } from '#lib/storage/trust.ts';

/** Which notebook an address means. */
export type Address =
  | { readonly what: 'shipped'; readonly slug: string }
  | { readonly what: 'stored'; readonly id: string }
  | { readonly what: 'link'; readonly code: string }
  | { readonly what: 'new' };

/** A notebook ready to be shown. */
export interface Opened {
  readonly id: string;
  readonly text: string;
  readonly origin: Origin;
  /** The hash trust is remembered under. */
  readonly hash: string;
  /** Whether its scripts may run. */
  readonly scripts: boolean;
  /** Whether its cells may talk to the network. */
  readonly network: boolean;
  /** Whether the library has it already. */
  readonly stored: boolean;
  readonly shippedText: string | null;
  readonly snapshots: Snapshots;
  readonly view: ViewState;
  /** Files it was given on an earlier visit. */
  readonly files: readonly string[];
}

/** `?open=slug`, `?id=uuid`, `#q=…`, and everything else a new notebook. */
export function addressOf(url: URL): Address {
  const code = /^#q=([\w-]+)$/.exec(url.hash)?.[1];
  if (code !== undefined) return { what: 'link', code };
  const id = url.searchParams.get('id');
  if (id) return { what: 'stored', id };
  const slug = url.searchParams.get('open');
  if (slug) return { what: 'shipped', slug };
  return { what: 'new' };
}

const untouched = 'quartermaster:new';
const emptyNotebook = '---\nquartermaster: 1\n---\n';
const top: ViewState = { scroll: 0, cell: null };

/** Brings a notebook with its last results; fails with a problem when there is none. */
export async function openNotebook(address: Address): Promise<Opened> {
  switch (address.what) {
    case 'shipped':
      return openShipped(address.slug);
    case 'stored':
      return openStored(address.id);
    case 'link': {
      const text = await decodeLink(address.code);
      if (text === null) throw fail('page.bad-link', {});
      return fresh(text, 'link');
    }
    case 'new':
      return fresh(emptyNotebook, 'written');
  }
}

/** A shipped notebook opens as the reader's own copy, kept apart from the notebooks they made. */
async function openShipped(slug: string): Promise<Opened> {
  const text = shippedText(slug);
  if (text === undefined) {
    throw fail('page.no-notebook', { name: slug, known: shipped.map((n) => n.slug).join(', ') });
  }
  const id = `shipped-${slug}`;
  const [copy, snapshots] = await Promise.all([stored(id), snapshotsOf(id)]);
  return {
    id,
    text: copy?.text ?? text,
    origin: 'shipped',
    hash: hash128(text),
    scripts: true,
    network: true,
    stored: copy !== undefined,
    shippedText: text,
    snapshots,
    view: copy?.view ?? top,
    files: copy?.files ?? []
  };
}

async function openStored(id: string): Promise<Opened> {
  if (id.startsWith('shipped-')) return openShipped(id.slice('shipped-'.length));
  const [found, snapshots] = await Promise.all([stored(id), snapshotsOf(id)]);
  if (!found) {
    if (sessionStorage.getItem(untouched) === id) return fresh(emptyNotebook, 'written', id);
    throw fail('page.no-notebook', { name: id, known: '' });
  }
  const { text, origin, hash, view, files } = found;
  return {
    id,
    text,
    origin,
    hash,
    scripts: trusted('script', origin, hash),
    network: trusted('network', origin, hash),
    stored: true,
    shippedText: null,
    snapshots,
    view,
    files
  };
}

/** Remembers the address of a new notebook in this tab: it is written only once it says something. */
export function rememberAddress(id: string): void {
  sessionStorage.setItem(untouched, id);
}

function fresh(text: string, origin: Origin, id: string = crypto.randomUUID()): Opened {
  const hash = hash128(text);
  return {
    id,
    text,
    origin,
    hash,
    scripts: trusted('script', origin, hash),
    network: trusted('network', origin, hash),
    stored: false,
    shippedText: null,
    snapshots: {},
    view: top,
    files: []
  };
}

function trusted(capability: Capability, origin: Origin, hash: string): boolean {
  return origin === 'shipped' || origin === 'written' || isGranted(capability, hash, localStorage);
}

/** Storage may be refused, as in private windows: the notebook then opens as if it were the first visit. */
function stored(id: string) {
  return loadNotebook(id).catch(() => undefined);
}

function snapshotsOf(id: string): Promise<Snapshots> {
  return loadSnapshots(id).catch(() => ({}));
}

/** What a notebook from elsewhere may do once the reader has said so. */
export type Capability = 'script' | 'network' | 'notify';

const key = (capability: Capability, hash: string) => `quartermaster:trust:${capability}:${hash}`;

/** Remembered by the hash of the text that asked, so that another text has to ask again. */
export function isGranted(capability: Capability, hash: string, store: Storage): boolean {
  return store.getItem(key(capability, hash)) === 'yes';
}

export function grant(capability: Capability, hash: string, store: Storage): void {
  store.setItem(key(capability, hash), 'yes');
}

/** Takes back what was granted. */
export function revoke(capability: Capability, hash: string, store: Storage): void {
  store.removeItem(key(capability, hash));
}

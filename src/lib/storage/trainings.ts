import { openFolderStore, type FolderStore } from '#lib/base/folder-store.ts';

/** The bytes that unfinished trainings have left for themselves in this browser (`SavedRuns`). */
export async function trainingBytes(): Promise<number> {
  const store = await folder();
  if (!store) return 0;
  const files = await Promise.all((await store.folders()).map((run) => filesOf(store, run)));
  return files.flat().reduce((sum, { size }) => sum + size, 0);
}

const mostTries = 20;
const betweenMs = 100;

/** Lets go of them all: a training that is broken off from now on, or was, begins anew. */
export async function forgetTrainings(): Promise<void> {
  const store = await folder();
  if (!store) return;
  await Promise.all((await store.folders()).map((run) => removed(store, run)));
}

/** A folder is not removed while a state is being written into it, as when the training was stopped just now. */
async function removed(store: FolderStore, run: string): Promise<void> {
  for (let tries = 1; tries <= mostTries; tries++) {
    const isHere = await store.remove(run).then(
      () => false,
      async () => (await store.folders().catch((): readonly string[] => [])).includes(run)
    );
    if (!isHere) return;
    await new Promise((resolve) => setTimeout(resolve, betweenMs));
  }
}

function folder(): Promise<FolderStore | null> {
  return openFolderStore('runs').catch(() => null);
}

/** A training that ends meanwhile takes its folder away. */
function filesOf(store: FolderStore, run: string): Promise<readonly File[]> {
  return store.files(run).catch(() => []);
}

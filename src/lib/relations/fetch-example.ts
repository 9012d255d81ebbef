import { fail } from '#lib/problems/index.ts';
import type { FetchExample } from './files.ts';

/** Fetches bundled data from the folder `data/` of the site whose root is at `root`. */
export function fetchFrom(root: string): FetchExample {
  return async (path) => {
    const url = new URL(`data/${path}`, root);
    const answer = await fetch(url).catch((error: unknown) => String(error));
    if (typeof answer !== 'string' && answer.ok) return answer.blob();
    const detail =
      typeof answer === 'string' ? answer : `The site answered ${answer.status} for it.`;
    throw fail('source.example-unreachable', { path, detail });
  };
}

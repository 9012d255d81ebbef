import { family } from './catalogue.ts';

/** Problems of keeping the reader's files in the browser. */
export const storageProblems = family({
  'storage.full': (p: { file: string; needed: string; free: string; kept: string }) => ({
    message: `There is no room to keep a copy of \`${p.file}\` in this browser.`,
    cause: `It needs ${p.needed}; ${p.free} are free for this site.`,
    hint: p.kept
      ? `Let go of what you need no longer: ${p.kept}. The file itself can be read without a copy.`
      : 'Free space on this device, or go on without a copy: the file itself can be read.'
  }),
  'storage.no-place': (p: { file: string }) => ({
    message: `This browser cannot keep a copy of \`${p.file}\`.`,
    cause: 'It has no private file system for sites, or it is switched off, as in private windows.',
    hint: 'Go on without a copy, and choose the file again on the next visit.'
  }),
  'storage.copy-failed': (p: { file: string; detail: string }) => ({
    message: `The copy of \`${p.file}\` was not kept.`,
    cause: p.detail,
    hint: 'Nothing half-written is left. Try again, or go on without a copy.'
  })
});

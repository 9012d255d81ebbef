import { m } from '#lib/messages/messages.svelte.ts';
import { told } from '#lib/messages/told.svelte.ts';
import type { Answer } from './answer.ts';

/** What came of a post, for people. */
export function answerWords(answer: Answer): string {
  const words = m().views.alerts.tell;
  switch (answer.kind) {
    case 'status':
      return words.status(answer.status);
    case 'problem':
      return told(answer.problem).message;
    case 'taken':
    case 'silent':
    case 'late':
      return words.answers[answer.kind];
  }
}

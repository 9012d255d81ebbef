import type { Retention } from '../core/context.ts';
import type { StreamConfig } from './config.ts';

/** What of the log stays readable, by number and by age. */
export function retention(
  { retain }: Pick<StreamConfig, 'retain'>,
  intake: { readonly accepted: number; readonly greatest: number },
  time: string
): Retention[] {
  const bounds: Retention[] = [];
  if (retain.rows !== null && intake.accepted > retain.rows)
    bounds.push({ column: 'arrival', from: intake.accepted - retain.rows + 1 });
  if (retain.age !== null && intake.accepted > 0)
    bounds.push({ column: time, from: intake.greatest - retain.age });
  return bounds;
}

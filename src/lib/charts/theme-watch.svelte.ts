import { highContrast, theme } from '#lib/ui/theme/theme.svelte.ts';
import { readTokens, type ChartTokens } from './theme.ts';

/** The chart tokens, read again when the theme or the contrast changes. */
export function tokens(): ChartTokens {
  void [theme(), highContrast()];
  return readTokens();
}

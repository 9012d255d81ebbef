const day = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** Formats are costly to make, and every picture of a live chart asks for them. */
function formatOf(lang: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${lang} ${JSON.stringify(options)}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(lang === 'en' ? 'en-GB' : lang, {
      timeZone: 'UTC',
      ...options
    });
    formats.set(key, format);
  }
  return format;
}

/**
 * Labels for the ticks of a time axis, as coarse as the steps between them; a single one is as coarse as the `span` that
 * it stands in. Times are milliseconds, read as UTC.
 */
export function timeLabels(ticks: readonly number[], lang: string, span = Infinity): string[] {
  const step = Math.min(...ticks.slice(1).map((t, i) => t - (ticks[i] ?? t)), span);
  const format = (options: Intl.DateTimeFormatOptions) => formatOf(lang, options);
  if (step >= 360 * day) {
    const year = format({ year: 'numeric' });
    return ticks.map((t) => year.format(t));
  }
  if (step >= 27 * day) {
    const month = format({ month: 'short' });
    const withYear = format({ month: 'short', year: 'numeric' });
    return ticks.map((t, i) =>
      i === 0 || new Date(t).getUTCMonth() === 0 ? withYear.format(t) : month.format(t)
    );
  }
  const date = format({ day: 'numeric', month: 'short' });
  if (step >= day) return ticks.map((t) => date.format(t));
  const time = format({
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...(step < 60_000 ? { second: '2-digit' } : {})
  });
  return ticks.map((t) => (t % day === 0 ? date.format(t) : time.format(t)));
}

/** A moment as words for a readout: the day alone when every time of the axis is a midnight. */
export function momentWords(time: number, dated: boolean, lang: string): string {
  return formatOf(lang, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    ...(dated ? {} : { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  }).format(time);
}

/** Whether all times are midnights, so that the clock says nothing. */
export function areDates(times: Float64Array): boolean {
  for (const time of times) if (time % day !== 0) return false;
  return true;
}

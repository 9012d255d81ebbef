/** When something happened, as a person would say it: today and yesterday by name, this year without the year. */
export function whenWords(
  at: number,
  now: number,
  lang: string,
  words: { readonly today: (time: string) => string; readonly yesterday: string }
): string {
  const locale = lang === 'en' ? 'en-GB' : lang;
  const date = new Date(at);
  const day = (ms: number) => {
    const d = new Date(ms);
    return new Date(d.getFullYear(), d.getMonth(), d.getDate()).getTime();
  };
  const days = Math.round((day(now) - day(at)) / 86_400_000);
  if (days <= 0) {
    return words.today(
      date.toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
    );
  }
  if (days === 1) return words.yesterday;
  return date.toLocaleDateString(locale, {
    day: 'numeric',
    month: 'short',
    ...(date.getFullYear() === new Date(now).getFullYear() ? {} : { year: 'numeric' })
  });
}

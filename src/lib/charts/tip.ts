import { formatNumber } from '#lib/base/format.ts';

let tip: HTMLDivElement | null = null;

/** Shows the values under the pointer as names and values, or hides them. Text only, whatever the data holds. */
export function showTip(event: { clientX: number; clientY: number } | null, value: unknown): void {
  if (!event || value === null || value === undefined || value === '') {
    tip?.remove();
    tip = null;
    return;
  }
  tip ??= document.body.appendChild(
    Object.assign(document.createElement('div'), { className: 'chart-tip' })
  );
  tip.setAttribute('aria-hidden', 'true');
  const rows =
    typeof value === 'object'
      ? Object.entries(value as Record<string, unknown>)
      : [['', value] as const];
  tip.replaceChildren(
    ...rows.flatMap(([name, item]) => {
      const term = document.createElement('span');
      term.textContent = name;
      const words = document.createElement('b');
      words.textContent = typeof item === 'number' ? formatNumber(item) : String(item);
      return [term, words];
    })
  );
  const { width, height } = tip.getBoundingClientRect();
  const left =
    event.clientX + 14 + width > innerWidth ? event.clientX - width - 10 : event.clientX + 14;
  const top = Math.min(event.clientY + 14, innerHeight - height - 8);
  tip.style.left = `${Math.max(8, left)}px`;
  tip.style.top = `${Math.max(8, top)}px`;
}

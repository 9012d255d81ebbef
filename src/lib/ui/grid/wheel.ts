import type { Attachment } from 'svelte/attachments';

/** A proportional scroll bar would jump thousands of rows per notch: while the bar is scaled, the wheel moves by pixels. */
export function wheelByRows(scroll: {
  readonly rowHeight: number;
  isScaled(this: void): boolean;
  scrollBy(this: void, pixels: number): void;
}): Attachment<HTMLElement> {
  return (node) => {
    const listen = (event: WheelEvent) => {
      if (!scroll.isScaled() || event.ctrlKey) return;
      if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) return;
      event.preventDefault();
      scroll.scrollBy(event.deltaY * (event.deltaMode === 1 ? scroll.rowHeight : 1));
    };
    node.addEventListener('wheel', listen, { passive: false });
    return () => node.removeEventListener('wheel', listen);
  };
}

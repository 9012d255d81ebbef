import type { Attachment } from 'svelte/attachments';

/** Calls back once when the element comes within about a screen of the view. */
export function whenNear(seen: () => void): Attachment {
  return (element) => {
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some((e) => e.isIntersecting)) return;
        observer.disconnect();
        seen();
      },
      { rootMargin: '800px 0px' }
    );
    observer.observe(element);
    return () => observer.disconnect();
  };
}

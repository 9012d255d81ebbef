/**
 * Starts a module worker that is bound by the page's Content Security Policy: a worker loaded from the network is not,
 * one from a blob is. The blob imports the real module; messages that come before it has installed its handler are held
 * and handed on in their order. Code that cannot be loaded shows as an `error` event on the worker.
 */
export function startWorker(url: string | URL, name: string): Worker {
  const address = new URL(url, location.href);
  if (address.origin !== location.origin) {
    throw new Error(`The code of the ${name} worker must come from ${location.origin}`);
  }
  const blob = URL.createObjectURL(
    new Blob([bootstrap(address.href)], { type: 'text/javascript' })
  );
  try {
    const worker = new Worker(blob, { type: 'module', name });
    worker.addEventListener('message', () => URL.revokeObjectURL(blob), { once: true });
    return worker;
  } catch {
    URL.revokeObjectURL(blob);
    return new Worker(address, { type: 'module', name });
  }
}

function bootstrap(address: string): string {
  return `
const held = [];
const hold = (event) => {
  held.push(event);
  event.stopImmediatePropagation();
};
addEventListener('message', hold);
import(${JSON.stringify(address)}).then(
  () => {
    removeEventListener('message', hold);
    for (const { data, ports } of held) {
      dispatchEvent(new MessageEvent('message', { data, ports: [...ports] }));
    }
  },
  (error) => setTimeout(() => { throw error; })
);
`;
}

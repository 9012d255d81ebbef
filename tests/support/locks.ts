/** Web Locks as the standard has them, as far as one exclusive lock per name goes. */
export function memoryLocks(): LockManager {
  const held = new Map<string, (reason: Error) => void>();
  const request = (
    name: string,
    options: LockOptions,
    callback: (lock: Lock | null) => unknown
  ): Promise<unknown> => {
    const steal = held.get(name);
    if (steal && options.ifAvailable) return Promise.resolve(callback(null));
    if (steal && !options.steal) {
      const again = () => (held.has(name) ? setTimeout(again, 5) : void grant());
      const grant = () => request(name, options, callback);
      again();
      return new Promise(() => undefined);
    }
    steal?.(new Error('AbortError'));
    return new Promise((resolve, reject) => {
      held.set(name, reject);
      const done = Promise.resolve(callback({ name, mode: 'exclusive' }));
      void done.then((value) => {
        if (held.get(name) === reject) held.delete(name);
        resolve(value);
      });
    });
  };
  const query = () => Promise.resolve({ held: [...held.keys()].map((name) => ({ name })) });
  return { request, query } as unknown as LockManager;
}

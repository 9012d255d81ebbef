/**
 * Takes out of a worker's reach whatever leads to the network, to storage or to other workers. The content
 * security policy of the sandbox forbids all of it already; this makes a script meet `undefined` instead of a
 * refused request, and holds where a browser does not apply the policy to workers.
 */
export function lockDown(scope: object): void {
  for (
    let level: object | null = scope;
    level;
    level = Object.getPrototypeOf(level) as object | null
  ) {
    for (const name of forbidden) {
      if (!Object.hasOwn(level, name)) continue;
      Object.defineProperty(level, name, {
        value: undefined,
        writable: false,
        configurable: false
      });
    }
  }
}

const forbidden = [
  'fetch',
  'XMLHttpRequest',
  'WebSocket',
  'WebSocketStream',
  'WebTransport',
  'EventSource',
  'RTCPeerConnection',
  'importScripts',
  'Worker',
  'SharedWorker',
  'BroadcastChannel',
  'indexedDB',
  'caches',
  'navigator',
  'postMessage',
  'close'
];

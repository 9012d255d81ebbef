import { connect, createServer, type Socket } from 'node:net';
import { freePort } from './daemon.ts';

/** What a proxy does to the bytes that pass it. */
export type Fault =
  | { readonly kind: 'none' }
  /** Every piece comes so many milliseconds later. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Connections stand, and nothing passes in either direction. */
  | { readonly kind: 'half-open' };

export interface FaultProxy {
  readonly port: number;
  fault: Fault;
  /** Ends every connection at once, as a network that breaks. */
  drop(): void;
  /** Refuses connections until `restart`. */
  down(): Promise<void>;
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** A TCP proxy on a port of its own before `target` of this machine, with faults that a test turns on and off. */
export async function faultProxy(target: number): Promise<FaultProxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  const proxy = { fault: { kind: 'none' } as Fault };
  const pass = (from: Socket, to: Socket) => {
    /** Pieces that come later; none overtakes another, whenever the fault ends. */
    const waiting: Buffer[] = [];
    let due = 0;
    from.on('data', (piece: Buffer) => {
      const { fault } = proxy;
      if (fault.kind === 'half-open') return;
      const now = performance.now();
      due = Math.max(due, now + (fault.kind === 'delay' ? fault.ms : 0));
      if (waiting.length === 0 && due === now) return void to.write(piece);
      waiting.push(piece);
      setTimeout(() => to.writable && to.write(waiting.shift()!), due - now);
    });
    from.on('close', () => to.destroy());
    from.on('error', () => to.destroy());
  };
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1');
    const pair = [near, far] as const;
    pairs.add(pair);
    near.on('close', () => pairs.delete(pair));
    pass(near, far);
    pass(far, near);
  });
  const port = await freePort();
  const listen = () => new Promise<void>((ready) => server.listen(port, '127.0.0.1', ready));
  const drop = () => {
    for (const [near, far] of pairs) {
      near.destroy();
      far.destroy();
    }
  };
  const stop = () =>
    new Promise<void>((done) => {
      server.close(() => done());
      drop();
    });
  await listen();
  return Object.assign(proxy, {
    port,
    drop,
    down: stop,
    restart: listen,
    close: () => (server.listening ? stop() : Promise.resolve())
  });
}

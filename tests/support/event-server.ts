import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

/**
 * A WebSocket server of three sites with an event a second of their time each, 5 ms apart, from the one after `after`
 * on. With `lastOfThird` the third site falls silent once that event has been.
 */
export async function serveEvents({ lastOfThird = Infinity } = {}) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (socket, request) => {
    let seq = Number(new URL(request.url!, 'ws://h').searchParams.get('after') ?? -1);
    const timer = setInterval(() => {
      seq++;
      if (seq > lastOfThird && seq % 3 === 2) return;
      socket.send(JSON.stringify({ seq, at: 1_709_510_400_000 + seq * 1000, site: `s${seq % 3}` }));
    }, 5);
    socket.on('close', () => clearInterval(timer));
  });
  return listening(server);
}

/** An event of three sites, 50 ms of its time after the one before it. */
export const eventOf = (seq: number) => ({
  seq,
  at: 1_709_510_400_000 + seq * 50,
  site: `s${seq % 3}`
});

/** A WebSocket server that makes three hundred events a second, keeps them all and goes on after the number it is asked for. */
export async function serveKept() {
  let made = 0;
  let asked = 0;
  const making = setInterval(() => (made += 3), 10);
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (socket, request) => {
    asked++;
    let seq = Number(new URL(request.url!, 'ws://h').searchParams.get('after') ?? -1) + 1;
    const sending = setInterval(() => {
      const to = Math.min(made, seq + 200);
      if (to === seq) return;
      const from = seq;
      socket.send(JSON.stringify(Array.from({ length: to - from }, (_, i) => eventOf(from + i))));
      seq = to;
    }, 10);
    socket.on('close', () => clearInterval(sending));
  });
  return {
    ...(await listening(server)),
    made: () => made,
    /** Connections so far. */
    asked: () => asked,
    /** Makes no more. */
    end: () => clearInterval(making)
  };
}

/** Where a server is reached, once it is, and how it is closed. */
async function listening(server: WebSocketServer) {
  await new Promise((ready) => server.once('listening', ready));
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise<void>((done) => {
        server.close(() => done());
        for (const client of server.clients) client.terminate();
      })
  };
}

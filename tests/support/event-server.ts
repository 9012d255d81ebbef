import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

/**
 * A WebSocket server of three sites with an event a second of their time each, 5 ms apart, from the one after `after`
 * on. With `lastOfThird` the third site falls silent once that event has been.
 */
export async function serveEvents({ lastOfThird = Infinity } = {}): Promise<{
  url: string;
  close: () => Promise<void>;
}> {
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
  await new Promise((ready) => server.once('listening', ready));
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        for (const client of server.clients) client.terminate();
      })
  };
}

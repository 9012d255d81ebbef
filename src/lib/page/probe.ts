/** Tries a request from a worker that is started as the engine's are; tells whether the page's policy let it out. */
export async function probeFromWorker(url: string): Promise<'blocked' | 'sent'> {
  const code = `fetch(${JSON.stringify(url)}, { mode: 'no-cors' }).then(() => postMessage('sent'), () => postMessage('blocked'));`;
  const blob = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
  const worker = new Worker(blob, { type: 'module' });
  try {
    return await new Promise((resolve) => {
      worker.onmessage = ({ data }: MessageEvent<'blocked' | 'sent'>) => resolve(data);
      worker.onerror = () => resolve('blocked');
    });
  } finally {
    worker.terminate();
    URL.revokeObjectURL(blob);
  }
}

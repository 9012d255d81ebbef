import { lockDown } from '#lib/cells/script/lockdown.ts';
import { serve } from '#lib/rpc/server.ts';
import { scriptHandlers, type ScriptContract } from '#lib/runtime/script-host.ts';

addEventListener(
  'message',
  ({ ports }: MessageEvent) => {
    const port = ports[0];
    if (port) serve<ScriptContract>(port, scriptHandlers());
  },
  { once: true }
);
lockDown(globalThis);

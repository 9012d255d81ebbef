import { expect, it } from 'vitest';
import { connect } from '#lib/rpc/client.ts';
import type { Call, ContractOf, Handlers } from '#lib/rpc/contract.ts';
import { serve } from '#lib/rpc/server.ts';

interface Contract {
  square: { params: { x: number }; result: number };
  train: { params: null; result: string; progress: { step: number } };
}

const handlers: Handlers<Contract> = {
  square: async ({ x }) => x * x,
  train: async (_, { progress }) => {
    progress({ step: 1 });
    return 'trained';
  }
};

/** Never called: each line must be refused by the compiler for the reason beside it. */
export function refusals(call: Call<Contract>): void {
  // @ts-expect-error no such method
  void call('cube', { x: 1 });
  // @ts-expect-error wrong parameter
  void call('square', { x: '1' });
  // @ts-expect-error missing parameter
  void call('square', {});
  // @ts-expect-error the result is a number
  const wrong: Promise<string> = call('square', { x: 1 });
  void wrong;
  // @ts-expect-error progress of this method has no `epoch`
  void call('train', null, { onProgress: ({ epoch }) => void epoch });
  // @ts-expect-error a handler is missing
  const partial: Handlers<Contract> = { square: handlers.square };
  void partial;
  const strange: Handlers<Contract> = {
    ...handlers,
    // @ts-expect-error the result must be a number
    square: async () => 'four'
  };
  void strange;
  // @ts-expect-error a method needs params and result
  const open = (_: ContractOf<{ ping: { params: null } }>) => connect<{ ping: { params: null } }>;
  void open;
}

it('gives back what the contract says', async () => {
  const { port1, port2 } = new MessageChannel();
  serve<Contract>(port2, handlers);
  const { call } = connect<Contract>(port1);
  const square: number = await call('square', { x: 3 });
  const steps: number[] = [];
  const word: string = await call('train', null, { onProgress: ({ step }) => steps.push(step) });
  expect([square, word, steps]).toEqual([9, 'trained', [1]]);
  port1.close();
});

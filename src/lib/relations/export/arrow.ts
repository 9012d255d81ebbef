import { arrowFooter, blockOf, type FileBlock } from './arrow-footer.ts';
import { endOfStream } from '../ipc-stream.ts';
import { selectTyped } from './select.ts';
import type { Writer } from './writer.ts';

const magic = 'ARROW1';

/** An Arrow IPC file: the engine's messages as they come, then a footer that says where they are. */
export const writeArrow: Writer = async function* (input) {
  const { relations, signal, report } = input;
  yield `${magic}\0\0`;
  let at = 8;
  let rows = 0;
  let schema: Uint8Array | null = null;
  const blocks: FileBlock[] = [];
  for await (const message of relations.scan(selectTyped(input), signal)) {
    if (!schema) schema = message.slice();
    else {
      blocks.push(blockOf(message, at));
      rows += 2048;
      report(Math.min(rows, input.info.rows));
    }
    at += message.length;
    yield message;
  }
  yield endOfStream;
  const footer = arrowFooter(schema!, blocks);
  const length = new Uint8Array(new Int32Array([footer.length]).buffer);
  yield footer;
  yield length;
  yield magic;
};

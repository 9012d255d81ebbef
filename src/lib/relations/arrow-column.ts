import { batchType, Column, type Batch } from '@uwdata/flechette';

export type ArrowType = Column<unknown>['type'];
export type BatchOptions = ConstructorParameters<typeof Batch>[0];

/** A column of one batch from its Arrow buffers. Without `validity` every value is present. */
export function arrowColumn(options: Partial<BatchOptions> & { type: unknown; length: number }) {
  return new Column([arrowBatch(options)], options.type);
}

export function arrowBatch(
  options: Partial<BatchOptions> & { type: unknown; length: number }
): Batch<unknown> {
  const type = options.type as ArrowType;
  const Kind = batchType(type) as new (options: BatchOptions) => Batch<unknown>;
  return new Kind({ nullCount: 0, validity: new Uint8Array(), ...options } as BatchOptions);
}

import { layoutOf } from './layout.ts';
import type { StepFigures, Trainer, TrainerTask, TrainingState } from './trainer.ts';
import type { BufferName } from './wgsl-passes.ts';
import { chunkSteps, gpuPlan, stateHead } from './wgsl.ts';

/**
 * Trains on a graphics card with the fused programs of wgsl.ts: windows are uploaded once, each call sends row
 * numbers and rates, runs its steps in one submission and reads back two figures per step.
 */
export async function webgpuTrainer(device: GPUDevice, task: TrainerTask): Promise<Trainer> {
  const { shape, objective, batch, clip } = task;
  const plan = gpuPlan(shape, objective, batch, clip);
  const { count, layers } = layoutOf(shape);
  const data = rowsOf(task);
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  const make = (floats: number) => device.createBuffer({ size: 4 * floats, usage });
  const buffers = new Map<BufferName, GPUBuffer>([['D', make(data.length)]]);
  for (const [name, floats] of Object.entries(plan.sizes)) {
    buffers.set(name as BufferName, make(floats));
  }
  const write = (name: BufferName, values: Float32Array | Int32Array, offset = 0) =>
    device.queue.writeBuffer(buffers.get(name)!, 4 * offset, values as Float32Array<ArrayBuffer>);
  const lost = device.lost.then(({ message }) => {
    throw new Error(`the device was lost${message === '' ? '' : `: ${message}`}`);
  });
  lost.catch(() => undefined);
  const passes = await Promise.all(
    plan.programs.map(async ({ code, buffers: names, groups }) => {
      const module = device.createShaderModule({ code });
      const { messages } = await module.getCompilationInfo();
      const fault = messages.find(({ type }) => type === 'error');
      if (fault) throw new Error(`its shader does not compile: ${fault.message}`);
      const pipeline = await device.createComputePipelineAsync({
        layout: 'auto',
        compute: { module, entryPoint: 'main' }
      });
      const entries = names.map((name, binding) => ({
        binding,
        resource: { buffer: buffers.get(name)! }
      }));
      const layout = pipeline.getBindGroupLayout(0);
      return { pipeline, group: device.createBindGroup({ layout, entries }), groups };
    })
  );
  write('D', data);
  let done = 0;

  async function read(name: BufferName, from: number, floats: number): Promise<Float32Array> {
    const mode = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
    const staging = device.createBuffer({ size: 4 * floats, usage: mode });
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(buffers.get(name)!, 4 * from, staging, 0, 4 * floats);
    device.queue.submit([encoder.finish()]);
    await Promise.race([staging.mapAsync(GPUMapMode.READ), lost]);
    const values = new Float32Array(staging.getMappedRange().slice(0));
    staging.destroy();
    return values;
  }

  function submit(steps: number): void {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    for (let step = 0; step < steps; step++) {
      for (const { pipeline, group, groups } of passes) {
        pass.setPipeline(pipeline);
        pass.setBindGroup(0, group);
        pass.dispatchWorkgroups(...groups);
      }
    }
    pass.end();
    device.queue.submit([encoder.finish()]);
  }

  async function run(order: Int32Array, rates: Float32Array): Promise<StepFigures> {
    const rows = new Int32Array(rates.length * plan.rows);
    const state = new Float32Array(plan.sizes.S);
    rates.forEach((rate, i) => {
      rows.set(order.subarray(i * batch, (i + 1) * batch), i * plan.rows);
      done++;
      state[stateHead + i] = rate / (1 - 0.9 ** done);
      state[stateHead + chunkSteps + i] = 1 - 0.999 ** done;
    });
    write('I', rows);
    write('S', state);
    submit(rates.length);
    const figures = await read('S', stateHead + 2 * chunkSteps, 2 * chunkSteps);
    return {
      losses: Float64Array.from(figures.subarray(0, rates.length)),
      norms: Float64Array.from(figures.subarray(chunkSteps, chunkSteps + rates.length))
    };
  }

  return {
    backend: 'webgpu',
    chunk: chunkSteps,
    train: run,
    gradients: () => read('G', 0, count),
    async state() {
      const [parameters, moments] = [await read('P', 0, count), await read('M', 0, 2 * count)];
      const [mean, square] = [moments.slice(0, count), moments.slice(count)];
      return { step: done, parameters, mean, square };
    },
    restore(state: TrainingState) {
      done = state.step;
      const parameters = Float32Array.from(state.parameters);
      write('P', parameters);
      write('M', Float32Array.from(state.mean));
      write('M', Float32Array.from(state.square), count);
      layers.forEach(({ recurrent }, layer) => {
        const size = 4 * shape.hidden * shape.hidden;
        const part = parameters.subarray(recurrent, recurrent + size);
        write('U', transposed(part, shape.hidden), layer * size);
      });
    },
    dispose: () => buffers.forEach((buffer) => buffer.destroy())
  };
}

/** Every window followed by its targets. */
function rowsOf({ shape, objective, inputs, targets }: TrainerTask): Float32Array {
  const width = shape.steps * shape.features;
  const { horizon } = objective;
  const size = width + horizon;
  const windows = targets.length / horizon;
  const out = new Float32Array(windows * size);
  for (let i = 0; i < windows; i++) {
    out.set(inputs.subarray(i * width, (i + 1) * width), i * size);
    out.set(targets.subarray(i * horizon, (i + 1) * horizon), i * size + width);
  }
  return out;
}

function transposed(from: Float32Array, hidden: number): Float32Array {
  const out = new Float32Array(from.length);
  for (let i = 0; i < hidden; i++) {
    for (let j = 0; j < 4 * hidden; j++) out[j * hidden + i] = from[i * 4 * hidden + j]!;
  }
  return out;
}

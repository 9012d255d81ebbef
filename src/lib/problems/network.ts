import { family } from './catalogue.ts';

/** Problems of training neural networks. */
export const networkProblems = family({
  'network.no-backend': (p: { backend: string; detail: string }) => ({
    message: `This browser has no ${p.backend} to train on.`,
    cause: p.detail,
    hint: 'Write `backend: auto` under `lstm:`; it takes the fastest one that works here.'
  }),
  'network.memory': (p: { megabytes: number }) => ({
    message: 'The network does not fit into memory.',
    cause: `Another ${p.megabytes} MB could not be had.`,
    hint: 'Lower `batch`, `hidden`, `layers` or `window` under `lstm:`.'
  }),
  'network.not-ours': (p: { detail: string }) => ({
    message: 'This model is not a forecaster saved here.',
    cause: p.detail,
    hint: 'Choose the model.json and weights.bin that were saved together from a forecast.'
  }),
  'network.stopped': (p: { detail: string }) => ({
    message: 'Training could not go on.',
    cause: p.detail,
    hint: 'Write `backend: cpu` under `lstm:`, or fewer units or layers.'
  }),
  'network.diverged': (p: { step: number; rate: number }) => ({
    message: `Training diverged at step ${p.step}.`,
    cause:
      'The loss is no longer a finite number. The learning rate or the scale of the series is too large.',
    hint: `Lower the learning rate below ${p.rate}, or check the source for extreme values.`
  })
});

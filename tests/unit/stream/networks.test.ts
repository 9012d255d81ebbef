import { describe, expect, test } from 'vitest';
import { seeded } from '#lib/base/random.ts';
import { normalQuantile } from '#lib/analytics/stats/normal.ts';
import { Detector, type DetectMethod, type DetectorSpec } from '#lib/analytics/stream/detect.ts';
import { Autoencoder } from '#lib/analytics/stream/detectors/autoencoder.ts';
import { LstmNetwork } from '#lib/analytics/stream/detectors/lstm-network.ts';
import { RandomSource } from '#lib/base/random-source.ts';
import type { WindowNetwork } from '#lib/analytics/stream/detectors/trained-windows.ts';

const networks: Readonly<Record<string, () => WindowNetwork>> = {
  autoencoder: () => new Autoencoder(8, 3, new RandomSource(1, 'net')),
  lstm: () => new LstmNetwork(9, 4, new RandomSource(1, 'net'))
};

describe.each(Object.entries(networks))('%s', (_, make) => {
  test('has the slope of its loss by every weight, as differences tell it', () => {
    const network = make();
    const random = seeded(4, 'example');
    const example = Float64Array.from({ length: network.length }, () => 2 * random() - 1);
    const loss = () => network.gradient(example, new Float64Array(network.weights.length));
    const gradient = new Float64Array(network.weights.length);
    network.gradient(example, gradient);
    for (let i = 0; i < gradient.length; i++) {
      const was = network.weights[i]!;
      network.weights[i] = was + 1e-5;
      const above = loss();
      network.weights[i] = was - 1e-5;
      const below = loss();
      network.weights[i] = was;
      expect(Math.abs((above - below) / 2e-5 - gradient[i]!)).toBeLessThan(1e-7);
    }
    expect(gradient.some((slope) => Math.abs(slope) > 0.01)).toBe(true);
  });
});

const spec = (method: DetectMethod): DetectorSpec => ({
  measure: 'orders',
  method,
  threshold: null,
  falseAlarms: null,
  history: 30,
  season: 0,
  slide: 3_600_000,
  refractory: null,
  seed: 1,
  forecast: null
});

/** A wave of ten windows, whose values are all usual and whose order is what there is to learn. */
function wave(count: number): number[] {
  const random = seeded(6, 'wave');
  return Array.from(
    { length: count },
    (_, t) => 50 + 10 * Math.sin((t * 2 * Math.PI) / 10) + 0.5 * normalQuantile(random() || 0.5)
  );
}

test.each(['autoencoder', 'lstm'] as const)(
  '%s learns a wave, and finds a usual value out of its turn',
  (method) => {
    const values = wave(900);
    // The crest where the trough should be.
    values[828] = 60;
    const detector = new Detector(spec(method));
    const readings = values.map((value, t) => detector.judge(0, t, value));
    expect(readings[828]!.anomaly).toBe(true);
    expect(readings.slice(500, 828).filter((r) => r?.anomaly).length).toBeLessThan(5);
    if (method === 'lstm') {
      const errors = readings
        .slice(700, 820)
        .map((r, i) => Math.abs(values[700 + i]! - r!.expected));
      expect(errors.reduce((s, e) => s + e, 0) / errors.length).toBeLessThan(1.5);
    }
  }
);

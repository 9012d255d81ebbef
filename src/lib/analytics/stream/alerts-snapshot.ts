import type { Alert, AlertState, CourseState } from './alert-machine.ts';

const states: readonly AlertState[] = [
  'inactive',
  'pending',
  'firing',
  'no_data',
  'error',
  'unknown'
];
const times = ['activeAt', 'activeFrom', 'keepSince', 'lastData', 'since'] as const;

/** Alerts in a row: three bytes and five times each. */
export interface AlertsSnapshot {
  readonly words: Uint8Array;
  readonly times: Float64Array;
}

export function packAlerts(alerts: readonly Alert[]): AlertsSnapshot {
  return {
    words: Uint8Array.from(
      alerts.flatMap(({ state, course, told }) => [
        states.indexOf(state),
        states.indexOf(course),
        told ? 1 : 0
      ])
    ),
    times: Float64Array.from(alerts.flatMap((alert) => times.map((name) => alert[name])))
  };
}

export function unpackAlerts({ words, times: packed }: AlertsSnapshot): Alert[] {
  return Array.from({ length: words.length / 3 }, (_, i) => {
    const [activeAt, activeFrom, keepSince, lastData, since] = packed.subarray(
      i * times.length,
      (i + 1) * times.length
    ) as unknown as [number, number, number, number, number];
    return {
      state: states[words[3 * i]!]!,
      course: states[words[3 * i + 1]!] as CourseState,
      told: words[3 * i + 2] === 1,
      activeAt,
      activeFrom,
      keepSince,
      lastData,
      since
    };
  });
}

const n = (value: number) => value.toLocaleString('en');

/** The words of event time: what the watermark rests on, and what came too late or too early. */
export const eventTimeEn = {
  learned: (disorder: string) =>
    `Watermark ${disorder} behind the latest event, learned from the events`,
  pin: 'Pin',
  partitions: (count: number, idle: number) =>
    `${n(count)} ${count === 1 ? 'partition' : 'partitions'}${idle > 0 ? `, ${n(idle)} idle` : ''}`,
  idle: (span: string) => `idle: silent for ${span} of event time, not waited for`,
  upTo: (time: string) => `up to ${time}`,
  quarantined: (count: string) => `${count} events from the future in quarantine`,
  ahead: (time: string, span: string) => `the latest says ${time}, ${span} ahead of its arrival`,
  open: 'Open'
};

export type EventTimeMessages = typeof eventTimeEn;

import type { EventClock } from '#lib/analytics/stream/event-clock.ts';
import type { EventCounts } from '#lib/analytics/stream/intake.ts';
import type { Problem } from '#lib/base/problem.ts';
import type { FeedKind, FeedStatus } from '../core/feed.ts';
import type { StreamConfig } from './config.ts';

/** What the view of a stream shows. Times are milliseconds since 1970, null before the first event. */
export interface StreamReport {
  /** The column of event time. */
  readonly time: string;
  /** Accepted events, late ones included. */
  readonly events: number;
  /** Later copies of an id, not accepted. */
  readonly duplicates: number;
  /** Events that came behind the watermark. */
  readonly late: number;
  /** Events the replay loses on purpose (`drop`), over its whole length. */
  readonly dropped: number;
  readonly watermark: number | null;
  readonly clock: ClockReport;
  /** Events whose time lay too far ahead of their arrival: not accepted, but in NAME_quarantine. */
  readonly quarantined: number;
  /** The latest of them, youngest first, at most 12. */
  readonly quarantine: readonly QuarantineReport[];
  /** The latest event time seen. */
  readonly eventTime: number | null;
  /** Accepted events per second of event time, so far. */
  readonly rate: number;
  /** Accepted events by event time (of a live source by arrival; NaN in a gap), at most 240 points over all. */
  readonly counts: EventCounts;
  /** The longest silences between arrivals, longest first. */
  readonly gaps: readonly { readonly from: number; readonly to: number }[];
  /** First and last event time of the replay. */
  readonly from: number | null;
  readonly to: number | null;
  /** The share of the replay that has been played, from 0 to 1. */
  readonly done: number;
  /** The speed the cell asks for; the reader may have chosen another. */
  readonly speed: number;
  /** Of a live source; null for a replay. */
  readonly feed: FeedReport | null;
}

/** What the watermark rests on; milliseconds. */
export interface ClockReport {
  /** How far the watermark stays behind the latest event. */
  readonly disorder: number;
  /** Whether the disorder was learned from the events (`disorder: auto`) and not written. */
  readonly learned: boolean;
  /** The column of partitions; null without any. */
  readonly partition: string | null;
  readonly partitionCount: number;
  readonly idleCount: number;
  /** Those that hold the watermark back first, at most 24. */
  readonly partitions: readonly PartitionReport[];
}

const partitionsTold = 24;

export function clockReport(
  { disorder, partition }: Pick<StreamConfig, 'disorder' | 'partition'>,
  clock: EventClock
): ClockReport {
  const { partitions } = clock;
  return {
    disorder: clock.disorder,
    learned: disorder === 'auto',
    partition: partition?.column ?? null,
    partitionCount: partitions.length,
    idleCount: partitions.filter(({ idle }) => idle).length,
    partitions: partitions.slice(0, partitionsTold)
  };
}

export interface PartitionReport {
  readonly name: string;
  /** Its latest event time. */
  readonly latest: number;
  /** How far the stream's event time has gone on since its last event. */
  readonly behind: number;
  /** Left out of the watermark until it is heard again. */
  readonly idle: boolean;
}

export interface QuarantineReport {
  readonly time: number;
  readonly arrived: number;
}

/** How a live source stands. */
export interface FeedReport {
  readonly kind: FeedKind;
  /** What it talks to; empty inside this browser. */
  readonly place: string;
  readonly status: FeedStatus;
  /** Milliseconds from the latest event to its arrival; null before the first. */
  readonly lag: number | null;
  /** Accepted events a second, of the last seconds. */
  readonly perSecond: number;
  /** Whether event time goes on by the clock, because nothing has come for a while. */
  readonly byClock: boolean;
  /** Events missing by sequence number. */
  readonly missing: number;
  /** Whether its events outlive the page; null while that is not known. */
  readonly kept: KeptReport | null;
  /** The latest gaps, youngest first: times in which nothing could come, and numbers left out. */
  readonly gaps: readonly FeedGap[];
}

export interface KeptReport {
  /** `elsewhere`: another tab has the log, and this one waits for it. */
  readonly on: 'disk' | 'memory' | 'elsewhere';
  readonly bytes: number;
  /** Events that were there when the run began. */
  readonly found: number;
  /** Why they are in memory alone. */
  readonly trouble: Problem | null;
}

export type FeedGap =
  | { readonly why: 'break'; readonly from: number; readonly to: number }
  | {
      readonly why: 'sequence';
      readonly at: number;
      readonly producer: string;
      readonly from: number;
      readonly to: number;
    };

import { ProblemError } from '#lib/base/problem.ts';
import type { NoticeAddress, NoticeAlert } from '#lib/cells/core/notice.ts';
import { addressOf, authorization, type Address } from '#lib/live/address.ts';
import { workerEnv } from '#lib/live/env.ts';
import type { Connection } from '#lib/runtime/connection.ts';
import type { Answer } from './answer.ts';
import type { Notice } from './notice.ts';

const patience = 20_000;
/** How long an Alertmanager believes that an alert goes on without hearing of it. */
const believed = 240_000;

/** Where a receiver leads; throws a problem in words if it leads nowhere. */
export function addressOfReceiver(
  { connection, path }: NoticeAddress,
  connections: readonly Connection[]
): Address {
  const env = workerEnv({
    connection: (name) => connections.find((known) => known.name === name),
    connectionNames: () => connections.map(({ name }) => name),
    growingFile: () => undefined
  });
  return addressOf({ connection, path: path === '' ? null : path }, 'poll', env);
}

/** Posts JSON once, to where `find` leads. Never rejects. */
export async function post(find: () => Address, body: unknown): Promise<Answer> {
  try {
    const address = find();
    const { ok, status } = await fetch(address.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...authorization(address) },
      body: JSON.stringify(body),
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      redirect: 'error',
      signal: AbortSignal.timeout(patience)
    });
    return ok ? { kind: 'taken' } : { kind: 'status', status };
  } catch (error) {
    if (error instanceof ProblemError) return { kind: 'problem', problem: error.problem };
    const isLate = error instanceof DOMException && error.name === 'TimeoutError';
    return { kind: isLate ? 'late' : 'silent' };
  }
}

/** What Alertmanager sends to webhooks (version 4), so that whatever reads that can read this. */
export function webhookBody(notice: Notice, page: string): object {
  const alerts = notice.alerts.map((alert) => ({
    status: alert.status,
    labels: alert.labels,
    annotations: { value: String(alert.value ?? '') },
    startsAt: alert.starts_at,
    endsAt: alert.ends_at ?? '0001-01-01T00:00:00Z',
    generatorURL: page,
    fingerprint: alert.fingerprint
  }));
  return {
    version: '4',
    groupKey: `${notice.receiver}:${notice.group}`,
    truncatedAlerts: 0,
    status: notice.status,
    receiver: notice.receiver,
    groupLabels: common(notice.alerts)
      .filter(([name, value]) => notice.group.includes(`${name}=${JSON.stringify(value)}`))
      .reduce(collect, {}),
    commonLabels: common(notice.alerts).reduce(collect, {}),
    commonAnnotations: {},
    externalURL: page,
    alerts
  };
}

/** Alerts as an Alertmanager takes them: those that fire for as long as it hears of them. */
export function alertmanagerBody(alerts: readonly NoticeAlert[], page: string): object[] {
  return alerts.map(({ labels, starts_at, ends_at, value }) => ({
    labels,
    annotations: { value: String(value ?? '') },
    startsAt: starts_at,
    endsAt: ends_at ?? new Date(Date.now() + believed).toISOString(),
    generatorURL: page
  }));
}

function common(alerts: readonly NoticeAlert[]): [string, string][] {
  const [first, ...others] = alerts;
  return Object.entries(first?.labels ?? {}).filter(([name, value]) =>
    others.every(({ labels }) => labels[name] === value)
  );
}

function collect(labels: Record<string, string>, [name, value]: [string, string]) {
  return { ...labels, [name]: value };
}

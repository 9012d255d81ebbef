import {
  acknowledgedKey,
  acknowledgementOf,
  readAcknowledged
} from '#lib/cells/core/acknowledged.ts';
import type { Noticing } from '#lib/cells/core/notice.ts';
import { m } from '#lib/messages/messages.svelte.ts';
import { quoteName } from '#lib/sql/quote.ts';
import type { CellHandle } from '#lib/state/cell.svelte.ts';
import { toast } from '#lib/ui/toasts.svelte.ts';
import type { PageContext } from '../context.ts';
import { recall } from '../memory.ts';
import { Ledger } from './ledger.ts';
import { isNoticing, noticesOf, type Notice } from './notice.ts';
import { Sender } from './sender.svelte.ts';
import { chime } from './sound.ts';
import { mayNotify, notify } from './system.ts';

/** Rows of an outbox read at once, and toasts before they become one. */
const rowsRead = 200;
const toastsShown = 2;

type Address = Pick<PageContext, 'session' | 'desk' | 'preferences' | 'connections'>;

/** Reads the outboxes of live cells and tells the reader, the system and receivers, each news once. */
export class Teller {
  readonly sender: Sender;
  readonly #page: Address;
  readonly #ledger: Ledger;
  /** Rows read, by cell key. */
  readonly #read = new Map<string, number>();
  readonly #reading = new Set<string>();

  constructor(page: Address, store: Storage | null) {
    this.#page = page;
    this.sender = new Sender(page, store, (cell) => this.#firing(cell));
    this.#ledger = new Ledger(store, page.session.id);
  }

  /** Cells that have something to tell, with what they say of it. */
  get telling(): { cell: CellHandle; report: Noticing; isLive: boolean }[] {
    const { session } = this.#page;
    return session.keys.flatMap((key) => {
      if (session.blockOf(key)?.type !== 'cell') return [];
      const cell = session.handle(key);
      const report = (cell.live ?? cell.outcome)?.report;
      return isNoticing(report) ? [{ cell, report, isLive: cell.live !== null }] : [];
    });
  }

  /** Alerts that fire now. */
  get alarms(): number {
    const { tell } = this.#page.preferences;
    return this.telling
      .filter(({ report }) => !report.isPast || tell.replays)
      .reduce((sum, { report }) => sum + report.alarms, 0);
  }

  /** Reads what is new in every outbox. Results of an earlier visit were told then. */
  look(): void {
    for (const { cell, report, isLive } of this.telling) {
      const read = this.#read.get(cell.key);
      if (read === undefined && !isLive) this.#read.set(cell.key, report.noticeCount);
      else if (read !== undefined && report.noticeCount < read) this.#read.set(cell.key, 0);
      if (report.noticeCount > (this.#read.get(cell.key) ?? 0)) void this.#readOutbox(cell, report);
    }
  }

  /** Tells Alertmanagers that alerts go on; stops when called. */
  keepUp(): () => void {
    return this.sender.keepUp();
  }

  /** What fires in a cell, by its name; null while it does not run. */
  #firing(name: string): ReadonlySet<string> | null {
    const found = this.telling.find(({ cell, isLive }) => isLive && cell.name === name);
    return found ? new Set(found.report.firing) : null;
  }

  async #readOutbox(cell: CellHandle, report: Noticing): Promise<void> {
    if (this.#reading.has(cell.key)) return;
    this.#reading.add(cell.key);
    try {
      for (;;) {
        const read = this.#read.get(cell.key) ?? 0;
        const sql = `SELECT * FROM ${quoteName(report.outbox)} WHERE number > ${read} ORDER BY number`;
        const notices = noticesOf(await this.#page.session.engine.query(sql, rowsRead));
        if (notices.length === 0) return;
        this.#read.set(cell.key, notices.at(-1)!.number);
        this.#tell(cell, report, notices);
      }
    } catch {
      // The table is being written anew; the next report asks again.
    } finally {
      this.#reading.delete(cell.key);
    }
  }

  #tell(cell: CellHandle, report: Noticing, notices: readonly Notice[]): void {
    const { tell } = this.#page.preferences;
    const acknowledged = readAcknowledged(
      recall(this.#page.session.id, acknowledgedKey(cell.name))
    );
    const isSettled = (notice: Notice) =>
      notice.isRepeat &&
      notice.alerts.every(
        ({ fingerprint, starts_at, status }) =>
          status === 'resolved' ||
          acknowledgementOf(acknowledged, fingerprint, Date.parse(starts_at)) !== undefined
      );
    const wanted = notices.filter((notice) => !isSettled(notice));
    this.#toast(cell, report.isPast ? wanted : wanted.filter((n) => this.#ledger.claim('page', n)));
    if (report.isPast && !tell.replays) return;
    for (const notice of wanted) {
      if (tell.system && mayNotify() && this.#ledger.claim('system', notice))
        this.#system(cell, notice);
      const address = report.receivers[notice.receiver];
      if (!address || this.#page.session.readOnly || !this.sender.maySend(address)) continue;
      if (this.#ledger.claim('sent', notice)) this.sender.send(cell.name, address, notice);
    }
    const loud = wanted.filter(
      (notice) =>
        notice.status === 'firing' && (report.isPast || this.#ledger.claim('sound', notice))
    );
    if (tell.sound && loud.length > 0) void chime();
  }

  #toast(cell: CellHandle, notices: readonly Notice[]): void {
    const words = m().views.alerts.tell;
    const action = { label: words.show, run: () => this.#page.desk.goToCell(cell.id) };
    if (notices.length > toastsShown) {
      toast(`${words.many(notices.length)}: \`${cell.name}\``, { mark: 'firing', action });
      return;
    }
    for (const notice of notices)
      toast(headline(notice), { mark: notice.status === 'firing' ? 'firing' : 'resolved', action });
  }

  #system(cell: CellHandle, notice: Notice): void {
    const body = notice.alerts
      .map(({ labels, status }) => `${status}: ${textOf(labels)}`)
      .join('\n');
    notify(headline(notice).replaceAll('`', ''), body.slice(0, 500), notice.id, () => {
      focus();
      this.#page.desk.goToCell(cell.id);
    });
  }
}

function headline({ status, isRepeat, group, alerts }: Notice): string {
  const words = m().views.alerts.tell;
  const text = group === '{}' ? alerts.map(({ labels }) => labels['alertname']).join(', ') : group;
  const quoted = `\`${text}\``;
  if (status === 'resolved') return words.resolved(quoted);
  return isRepeat ? words.again(quoted) : words.firing(quoted);
}

function textOf(labels: Readonly<Record<string, string>>): string {
  return Object.values(labels).join(', ');
}

import { untrack } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import { hash128 } from '#lib/base/hash.ts';
import type { NoticeAddress } from '#lib/cells/core/notice.ts';
import { m } from '#lib/messages/messages.svelte.ts';
import { grant, isGranted, revoke } from '#lib/storage/trust.ts';
import { toast } from '#lib/ui/toasts.svelte.ts';
import type { PageContext } from '../context.ts';
import { Courier, isDone, type Delivery, type Firing } from './courier.ts';
import { addressOfReceiver, alertmanagerBody, post, webhookBody } from './deliver.ts';
import type { Correspondence } from './letter.ts';
import { MailStore } from './mail-store.ts';
import type { Notice } from './notice.ts';
import { answerWords } from './words.ts';

/** How often an Alertmanager is told that alerts go on. */
const resend = 60_000;

/** Sends notices to receivers that the reader allows, and shows how that goes. */
export class Sender {
  readonly #page: Pick<PageContext, 'session' | 'connections'>;
  readonly #store: Storage | null;
  readonly #courier: Courier;
  readonly #firing: Firing;
  /** Leave to send, by receiver key; mirrors the store so that switches follow. */
  readonly #leave = new SvelteMap<string, boolean>();
  /** What passes between each group and its receiver, by key. */
  readonly #deliveries = new SvelteMap<string, Delivery>();

  constructor(
    page: Pick<PageContext, 'session' | 'connections'>,
    store: Storage | null,
    firing: Firing
  ) {
    this.#page = page;
    this.#store = store;
    this.#firing = firing;
    const here = () => location.href.replace(/#.*$/, '');
    this.#courier = new Courier(
      {
        post: (address, notice) => {
          const isManager = address.kind === 'alertmanager';
          const body = isManager
            ? alertmanagerBody(notice.alerts, here())
            : webhookBody(notice, here());
          return post(() => this.#find(address), body);
        },
        remind: (address, alerts) =>
          post(() => this.#find(address), alertmanagerBody(alerts, here())),
        isOpen: (address) => this.maySend(address),
        now: () => Date.now(),
        random: () => Math.random()
      },
      new MailStore(store, page.session.id),
      (delivery) => this.#show(delivery)
    );
  }

  /** What waits for a receiver, the longest waiting first, and Alertmanagers that do not hear that alerts go on. */
  get waiting(): readonly Delivery[] {
    const since = ({ letter }: Delivery) => letter?.since ?? Infinity;
    return [...this.#deliveries.values()]
      .filter((delivery) => delivery.letter !== null || this.#isUnreminded(delivery))
      .sort((a, b) => since(a) - since(b));
  }

  /** Whether an Alertmanager did not hear at the last reminder that something goes on. */
  #isUnreminded({ cell, address, known, last }: Delivery): boolean {
    if (address.kind !== 'alertmanager' || last === null || last.answer.kind === 'taken')
      return false;
    if (known.length === 0 || !this.maySend(address)) return false;
    const firing = this.#firing(cell);
    return firing !== null && known.some(({ fingerprint }) => firing.has(fingerprint));
  }

  /** Goes on with what an earlier page left on its way. Only the tab that leads sends. */
  begin(): void {
    this.#courier.begin();
    for (const delivery of this.#courier.deliveries) this.#deliveries.set(delivery.key, delivery);
  }

  end(): void {
    this.#courier.end();
  }

  send(cell: string, address: NoticeAddress, notice: Notice): void {
    this.#courier.send(cell, address, notice);
  }

  hurry(): void {
    this.#courier.hurry();
  }

  /** Gives up what waits; where it is a reminder, whatever the receiver knows of. */
  drop(delivery: Delivery): void {
    const isMeant = ({ cell, receiver, group }: Correspondence) =>
      cell === delivery.cell && receiver === delivery.receiver && group === delivery.group;
    if (delivery.letter) this.#courier.drop(isMeant);
    else this.#courier.forget(isMeant);
  }

  /** Tells Alertmanagers what goes on in running cells; stops when called. */
  keepUp(): () => void {
    const timer = setInterval(() => untrack(() => this.#courier.remind(this.#firing)), resend);
    return () => clearInterval(timer);
  }

  /** Whether this notebook may send to a receiver from this browser. */
  maySend(address: NoticeAddress): boolean {
    const key = this.#keyOf(address);
    if (key === null) return false;
    const known = this.#leave.get(key);
    return known ?? (this.#store !== null && isGranted('notify', key, this.#store));
  }

  allow(address: NoticeAddress, may: boolean): void {
    const key = this.#keyOf(address);
    if (key === null) return;
    if (this.#store) (may ? grant : revoke)('notify', key, this.#store);
    this.#leave.set(key, may);
    if (may) this.#courier.hurry();
    else this.#courier.drop((mail) => this.#keyOf(mail.address) === key);
  }

  /** The host that a receiver leads to; null while its connection is not known here. */
  hostOf(address: NoticeAddress): string | null {
    try {
      return this.#find(address).host;
    } catch {
      return null;
    }
  }

  /** Leave is of this notebook, this receiver's path and the address behind its connection: another has to ask again. */
  #keyOf(address: NoticeAddress): string | null {
    try {
      return hash128(
        [this.#page.session.id, address.kind, this.#find(address).url.href].join('\n')
      );
    } catch {
      return null;
    }
  }

  #find(address: NoticeAddress) {
    return addressOfReceiver(address, this.#page.connections.list);
  }

  /** The first failure of a receiver is told, and that nothing waits for it any more; attempts between are in the dialog. */
  #show(delivery: Delivery): void {
    const before = this.#deliveries.get(delivery.key)?.letter ?? null;
    if (isDone(delivery)) this.#deliveries.delete(delivery.key);
    else this.#deliveries.set(delivery.key, delivery);
    const { letter, last, receiver } = delivery;
    const words = m().views.alerts.tell;
    const others = this.waiting.filter(
      (other) => other !== delivery && other.receiver === receiver
    );
    if (last === null || others.some((other) => other.last !== null)) return;
    if (letter?.attempts === 1 && !letter.isOut && before?.isOut)
      toast(words.failed(receiver, answerWords(last.answer)), { mark: 'error' });
    if (letter === null && before && before.attempts > 1 && last.answer.kind === 'taken')
      toast(words.arrived(receiver, before.attempts), { mark: 'resolved' });
  }
}

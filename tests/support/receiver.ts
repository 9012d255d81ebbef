import type { NoticeAddress } from '#lib/cells/core/notice.ts';
import { Courier, type Delivery } from '#lib/page/telling/courier.ts';
import {
  addressOfReceiver,
  alertmanagerBody,
  post,
  webhookBody
} from '#lib/page/telling/deliver.ts';
import { MailStore } from '#lib/page/telling/mail-store.ts';
import { connectionTo } from './feed.ts';

/** A courier with real posts to `url`, the shortest waits unless told, what it shows of its deliveries, and when it means to try them again. */
export function courierTo(
  url: string,
  options: {
    readonly store?: Storage;
    readonly isOpen?: (address: NoticeAddress) => boolean;
    readonly now?: () => number;
    /** 0: the shortest waits between attempts, towards 1: the longest, for what is to happen between two. */
    readonly random?: number;
  } = {}
) {
  const connections = [connectionTo('hook', url, { kind: 'http' })];
  const shown = new Map<string, Delivery>();
  const plans: { readonly now: number; readonly next: number }[] = [];
  const send = (address: NoticeAddress, body: unknown) =>
    post(() => addressOfReceiver(address, connections), body);
  const courier = new Courier(
    {
      post: (address, notice) =>
        send(
          address,
          address.kind === 'alertmanager'
            ? alertmanagerBody(notice.alerts, 'https://page')
            : webhookBody(notice, 'https://page')
        ),
      remind: (address, alerts) => send(address, alertmanagerBody(alerts, 'https://page')),
      isOpen: options.isOpen ?? (() => true),
      now: options.now ?? (() => Date.now()),
      random: () => options.random ?? 0
    },
    new MailStore(options.store ?? memoryStore(), 'n'),
    (delivery) => {
      shown.set(delivery.key, delivery);
      if (delivery.next !== null) plans.push({ now: delivery.last!.at, next: delivery.next });
    }
  );
  return { courier, shown, plans };
}

/** What a page's store is to those who only read and write names. */
export function memoryStore(): Storage {
  const items = new Map<string, string>();
  return {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key)
  } as unknown as Storage;
}

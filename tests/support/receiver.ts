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

/** A courier with real posts to `url`, the shortest waits, and what it shows of its deliveries. */
export function courierTo(
  url: string,
  options: { readonly store?: Storage; readonly isOpen?: (address: NoticeAddress) => boolean } = {}
) {
  const connections = [connectionTo('hook', url, { kind: 'http' })];
  const shown = new Map<string, Delivery>();
  const send = (address: NoticeAddress, body: unknown) =>
    post(() => addressOfReceiver(address, connections), body);
  const courier = new Courier(
    {
      post: (address, notice) => send(address, webhookBody(notice, 'https://page')),
      remind: (address, alerts) => send(address, alertmanagerBody(alerts, 'https://page')),
      isOpen: options.isOpen ?? (() => true),
      now: () => Date.now(),
      random: () => 0
    },
    new MailStore(options.store ?? memoryStore(), 'n'),
    (delivery) => shown.set(delivery.key, delivery)
  );
  return { courier, shown };
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

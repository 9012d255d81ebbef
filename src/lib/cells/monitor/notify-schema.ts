import * as v from 'valibot';
import * as f from '../core/fields.ts';

const words = (label: string, help: string) => ({ label, help });

const matchers = f.listOf(v.string('a matcher such as severity=~"page|ticket"'));

export const silenceSchema = v.object({
  alert: v.optional(v.string('the name of an alert')),
  match: v.optional(v.record(v.string(), v.string('a value'), 'a map of keys to values')),
  matchers: v.optional(matchers),
  from: v.optional(v.string('a time')),
  until: v.optional(v.string('a time')),
  author: v.optional(v.string('a text')),
  reason: v.optional(v.string('a text'))
});

export const inhibitSchema = v.object({
  source: v.optional(v.string('the name of an alert')),
  target: v.optional(f.listOf(v.string('the name of an alert'))),
  source_matchers: v.optional(matchers),
  target_matchers: v.optional(matchers),
  equal: v.optional(f.listOf(v.string('the name of a key')))
});

const routeEntries = {
  receiver: v.optional(v.string('page or the name of a receiver')),
  group_by: v.optional(f.listOf(v.string('the name of a label'))),
  group_wait: v.optional(f.duration(words('Group wait', 'How long a new group waits.'))),
  group_interval: v.optional(f.duration(words('Group interval', 'How often it has news.'))),
  repeat_interval: v.optional(f.duration(words('Repeat interval', 'After how long again.'))),
  send_resolved: v.optional(f.boolean(words('Resolved', 'Whether ends are told.'))),
  match: v.optional(matchers),
  continue: v.optional(f.boolean(words('Continue', 'Whether later routes are tried.')))
};

type RawRoute = v.InferOutput<v.ObjectSchema<typeof routeEntries, undefined>> & {
  readonly routes?: RawRoute[] | undefined;
};

/** A route may hold routes, to any depth. */
export const routeSchema: v.GenericSchema<unknown, RawRoute> = v.object({
  ...routeEntries,
  routes: v.optional(f.listOf(v.lazy(() => routeSchema)))
});

export const notifySchema = v.object({
  ...routeEntries,
  routes: v.optional(f.listOf(routeSchema)),
  receivers: v.optional(
    v.record(
      v.string(),
      v.object({
        webhook: v.optional(v.string('the name of a connection')),
        alertmanager: v.optional(v.string('the name of a connection')),
        path: v.optional(v.string('a path below its address'))
      }),
      'a map of receivers'
    )
  )
});

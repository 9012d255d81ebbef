import type { Labels } from './labels.ts';
import { compileMatchers, type Matcher } from './matchers.ts';

/** Who is told of alerts, how they are gathered, and how often. Times in milliseconds. Plain data. */
export interface Route {
  readonly receiver: string;
  /** The labels whose values make a group; null: every alert is its own. */
  readonly groupBy: readonly string[] | null;
  /** How long a new group waits for company. */
  readonly groupWait: number;
  /** How often a group is looked at for news after that. */
  readonly groupInterval: number;
  /** After how long a group without news is told of again. */
  readonly repeatInterval: number;
  /** Whether it is told that an alert is over. */
  readonly sendResolved: boolean;
  readonly matchers: readonly Matcher[];
  /** Whether routes after this one are tried as well once it matches. */
  readonly continues: boolean;
  readonly routes: readonly Route[];
}

/** The routes that take an alert: the deepest that match, in order, as Alertmanager walks its tree. */
export type Router = (labels: Labels) => readonly Route[];

export function routerOf(route: Route): Router {
  const matches = compileMatchers(route.matchers);
  const children = route.routes.map((child) => ({ child, take: routerOf(child) }));
  return (labels) => {
    if (!matches(labels)) return [];
    const taken: Route[] = [];
    for (const { child, take } of children) {
      const routes = take(labels);
      taken.push(...routes);
      if (routes.length > 0 && !child.continues) break;
    }
    return taken.length > 0 ? taken : [route];
  };
}

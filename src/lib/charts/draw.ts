import { expressionInterpreter } from 'vega-interpreter';
import { parse, View, Error as ErrorLevel, type Loader } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import type { Columns } from '#lib/base/columns.ts';
import { canvasFrom, dataNames, followsWidth, prepare, vegaRows, type JsonObject } from './spec.ts';
import { vegaConfig, type ChartTokens } from './theme.ts';
import { showTip } from './tip.ts';

export interface Drawing {
  /** Draws again at another width. */
  resize(width: number): void;
  destroy(): void;
}

/** Refuses every address: charts show what the notebook gives them and fetch nothing. */
const refuse = (uri: string) => Promise.reject(new Error(`Charts load no address: ${uri}`));
const closed: Loader = { load: refuse, sanitize: refuse, http: refuse, file: refuse };

/**
 * Compiles a Vega-Lite specification and draws it into `host` with the expression interpreter, so that nothing
 * is evaluated as code. Rejects when the specification cannot be compiled; later faults go to `onerror`.
 */
export async function draw(
  host: HTMLElement,
  spec: JsonObject,
  tables: Readonly<Record<string, Columns>>,
  options: {
    readonly width: number;
    readonly tokens: ChartTokens;
    readonly label: string;
    readonly onerror: (message: string) => void;
  }
): Promise<Drawing> {
  const names = Object.keys(tables);
  const ready = prepare(spec, { names, width: options.width });
  const warn: string[] = [];
  const logger = quiet((message) => warn.push(message));
  const { spec: vegaSpec } = compile(ready as unknown as TopLevelSpec, {
    config: vegaConfig(options.tokens),
    logger
  });
  const wanted = new Set([...dataNames(ready), ...names.slice(0, 1)]);
  const rows = names.reduce((sum, name) => sum + (tables[name]?.length ?? 0), 0);
  const view = new View(parse(vegaSpec, undefined, { ast: true }), {
    expr: expressionInterpreter,
    loader: closed,
    renderer: rows > canvasFrom ? 'canvas' : 'svg',
    container: host,
    hover: true,
    logger: quiet(options.onerror),
    logLevel: ErrorLevel
  });
  view.description(options.label);
  view.tooltip((_handler, event, _item, value: unknown) => showTip(event, value));
  const known = new Set((vegaSpec.data ?? []).map((d) => d.name));
  for (const name of wanted) {
    const table = tables[name];
    if (table && known.has(name)) view.data(name, vegaRows(table));
  }
  await view.runAsync();
  const follows = followsWidth(spec);
  return {
    resize(width) {
      if (!follows || view.width() === width) return;
      view
        .width(width)
        .runAsync()
        .catch((error: unknown) => options.onerror(String(error)));
    },
    destroy() {
      showTip(null, null);
      view.finalize();
    }
  };
}

function quiet(onerror: (message: string) => void) {
  const logger = {
    level: () => logger,
    error: (...parts: readonly unknown[]) => {
      onerror(parts.map(String).join(' '));
      return logger;
    },
    warn: () => logger,
    info: () => logger,
    debug: () => logger
  };
  return logger as never;
}

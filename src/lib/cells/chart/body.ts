import type { Problem, Span } from '#lib/base/problem.ts';
import { problem } from '#lib/problems/index.ts';
import { jsonBody, type Body } from '../core/body.ts';
import { readYaml } from '../core/yaml.ts';
import { readSpec, type JsonMap, type Path } from './walk.ts';

export interface ChartConfig {
  /** The specification without the keys that are not Vega-Lite's. */
  readonly spec: JsonMap;
  readonly relations: readonly string[];
}

const json = jsonBody();

/** Reads a specification and refuses whatever would be loaded from an address. */
export const chartBody: Body<ChartConfig> = {
  language: 'json',
  parse(text, params) {
    const read = json.parse(text, params);
    if (read.config === null) return { ...read, config: null };
    const { selection_as: selection, ...spec } = read.config as JsonMap;
    const reading = readSpec(spec);
    const problems: Problem[] = reading.urls.map(({ where, path }) =>
      problem('chart.url', { where }, placeOf(text, path))
    );
    if (!reading.hasData) problems.push(problem('chart.no-data', {}, { line: 1 }));
    const broken = problems.length > 0;
    if (typeof selection === 'string')
      problems.push(
        problem('chart.selection', { name: selection }, placeOf(text, ['selection_as']))
      );
    const config = broken ? null : { spec, relations: reading.relations };
    return { config, problems, usesParams: [] };
  }
};

/** Where a value stands in the text; JSON is read as the YAML that it also is. */
export function placeOf(text: string, path: Path): Span {
  return readYaml(text, {}).spanOf(path) ?? { line: 1 };
}

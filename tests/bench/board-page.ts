import uPlot from 'uplot';
import { plotView, type PlotView } from '#lib/charts/plot-view.ts';
import type { ChartTokens } from '#lib/charts/theme.ts';
import { History } from '#lib/cells/monitor/board/history.ts';
import { measurePlot } from '#lib/cells/monitor/board/view-plot.ts';

const minute = 60_000;
const width = 900;
const height = 196;

const tokens: ChartTokens = {
  actual: '#222',
  fitted: '#888',
  forecast: '#066',
  band80: '#cde',
  band95: '#def',
  expected: '#eee',
  expectedLine: '#999',
  anomaly: '#c40',
  alert: '#a00',
  threshold: '#850',
  gap: '#bbb',
  axis: '#888',
  grid: '#eee',
  label: '#555',
  now: '#111',
  brush: '#eee',
  histogram: '#aaa',
  histogramOn: '#066',
  paper: '#fff',
  sheet: '#fff',
  ink: '#222',
  categories: Array.from({ length: 8 }, () => '#066'),
  sequential: [],
  diverging: [],
  font: 'sans-serif',
  size: 11
};
const words = { expected: 'expected', low: 'low', high: 'high', now: 'now' };

/** A walk with a daily season, its band, and a missing window now and then. */
function historyOf(points: number, seed: number): History {
  const history = new History(['value', 'value|expected', 'value|lo', 'value|hi']);
  let state = seed + 1;
  const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  for (let i = 1; i <= points; i++) {
    if (random() < 0.001) continue;
    const usual = 100 + 60 * Math.sin((2 * Math.PI * i) / 1440);
    const value = usual + 30 * (random() - 0.5);
    history.put(i * minute, [[value], [usual], [usual - 20], [usual + 20]], 0);
  }
  return history;
}

/** One frame after another: how long the script of each takes, in milliseconds. */
async function frames(count: number, draw: (frame: number) => void): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    await new Promise((next) => requestAnimationFrame(next));
    const began = performance.now();
    draw(i);
    // uPlot draws in a microtask: the end of the script is after it.
    await Promise.resolve();
    await Promise.resolve();
    times.push(performance.now() - began);
  }
  return times;
}

/** A board of `charts` measures: each frame brings a window to every one of them, and moves the view through time. */
async function board(charts: number, points: number, count: number) {
  const histories = Array.from({ length: charts }, (_, i) => historyOf(points, i));
  const view = (history: History, frame: number) => {
    const span = frame % 3 === 0 ? points * minute : 0.7 * points * minute;
    const to = history.last - (frame % 3 === 2 ? frame * minute : 0);
    return { from: to - span, to, columns: width - 56, step: minute };
  };
  const model = (history: History, frame: number) =>
    measurePlot(history, 'value', view(history, frame), {}, words);
  const plots: PlotView[] = histories.map((history) =>
    plotView(document.body.appendChild(document.createElement('div')), model(history, 0), {
      width,
      height,
      tokens,
      lang: 'en',
      timeAxis: true,
      oncursor: () => undefined
    })
  );
  const times = await frames(count, (frame) => {
    for (const [i, history] of histories.entries()) {
      history.put(history.last + minute, [[100 + (frame % 60)], [100], [80], [120]], 0);
      plots[i]!.update(model(history, frame));
    }
  });
  const places = model(histories[0]!, 0).times.length;
  for (const plot of plots) plot.destroy();
  document.body.replaceChildren();
  return { times, places };
}

/** The same points given to uPlot as they are. */
async function raw(charts: number, points: number, count: number) {
  const data = Array.from({ length: charts }, (_, i) => {
    const history = historyOf(points, i);
    const columns = history.names.map((name) =>
      Array.from({ length: history.length }, (_value, row) => history.value(name, row))
    );
    const times = Float64Array.from(
      { length: history.length },
      (_value, row) => history.time(row) / 1000
    );
    return [times, ...columns] as uPlot.AlignedData;
  });
  const plots = data.map(
    (given) =>
      new uPlot(
        {
          width,
          height,
          legend: { show: false },
          series: [
            {},
            { stroke: '#222', width: 1.4 },
            { stroke: '#999', width: 1 },
            { stroke: 'transparent', width: 0 },
            { stroke: 'transparent', width: 0 }
          ],
          bands: [{ series: [4, 3], fill: '#eee' }]
        },
        given,
        document.body.appendChild(document.createElement('div'))
      )
  );
  const times = await frames(count, () => {
    for (const [i, plot] of plots.entries()) plot.setData(data[i]!);
  });
  for (const plot of plots) plot.destroy();
  document.body.replaceChildren();
  return { times, places: data[0]![0].length };
}

declare global {
  interface Window {
    board?: { board: typeof board; raw: typeof raw };
  }
}

window.board = { board, raw };

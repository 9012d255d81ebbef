import { mount, unmount } from 'svelte';
import uPlot from 'uplot';
import '../../src/app.css';
import Charts from '#lib/cells/monitor/board/Charts.svelte';
import type { History } from '#lib/cells/monitor/board/history.ts';
import { Stage } from '#lib/cells/monitor/board/stage.svelte.ts';
import { emptyHistory } from '#lib/cells/monitor/board/tail.ts';
import type { MonitorReport } from '#lib/cells/monitor/report.ts';

const minute = 60_000;
const width = 900;
/** Windows come so often. */
const everyMs = 100;

const names = (charts: number) => Array.from({ length: charts }, (_, i) => `m${i}`);

/** A walk with a daily season for each measure, its band, and a missing window now and then. */
function filled(charts: number, points: number): History {
  const history = emptyHistory(names(charts));
  let state = 1;
  const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  for (let i = 1; i <= points; i++) {
    if (random() < 0.001) continue;
    const usual = 100 + 60 * Math.sin((2 * Math.PI * i) / 1440);
    const row = names(charts).flatMap(() => {
      const value = usual + 30 * (random() - 0.5);
      return [[value], [usual], [usual - 20], [usual + 20]];
    });
    history.put(i * minute, row, 0);
  }
  return history;
}

function reportOf(history: History, charts: number): MonitorReport {
  const anomalies = names(charts).flatMap((measure) =>
    Array.from({ length: 20 }, (_, i) => ({
      time: history.time(history.length - 1 - 37 * i),
      key: '',
      measure,
      value: 150,
      expected: 100,
      score: 3 + i / 10,
      reason: ''
    }))
  );
  const rules = [{ name: 'high', when: 'm0 > 180', states: {} }];
  return { measures: names(charts), anomalies, rules } as unknown as MonitorReport;
}

const pause = (ms: number) => new Promise((then) => setTimeout(then, ms));

/** Frames without a break, so that each has its script counted; `each` is called in every one of them. */
async function frames(count: number, each: (frame: number) => void = () => undefined) {
  for (let i = 0; i < count; i++) {
    await new Promise((next) => requestAnimationFrame(next));
    each(i);
  }
}

/** Runs under a name that the trace tells the phase by. */
async function phase(name: string, run: () => Promise<unknown>) {
  await pause(500);
  performance.mark(`begin ${name}`);
  await run();
  performance.mark(`end ${name}`);
}

/**
 * The charts of the board as they are, ten times a second a window more for each of them: all of the past in view, the
 * usual stretch in view, and moved and zoomed through the past in every frame.
 */
async function board(charts: number, points: number, count: number) {
  const history = filled(charts, points);
  const stage = new Stage();
  stage.reach(history.first, history.last, minute);
  let report = $state.raw(reportOf(history, charts));
  const host = document.body.appendChild(document.createElement('div'));
  host.style.width = `${width}px`;
  const view = mount(Charts, {
    target: host,
    props: {
      history,
      key: '',
      stage,
      step: minute,
      gaps: [],
      flags: [],
      running: true,
      wall: false,
      get report() {
        return report;
      }
    }
  });
  let taken = 0;
  const timer = setInterval(() => {
    const row = names(charts).flatMap(() => [[100 + (taken % 60)], [100], [80], [120]]);
    history.put(history.last + minute, row, 0);
    stage.reach(history.first, history.last, minute);
    report = { ...report };
    taken++;
    performance.mark('window');
  }, everyMs);
  // Until everything is drawn and the script is warm.
  stage.showAll();
  await frames(60);
  await phase('whole', () => frames(count));
  stage.zoom(300 / points);
  await frames(30);
  await phase('usual', () => frames(count));
  stage.showAll();
  stage.pause();
  await phase('moved', () =>
    frames(count, (i) => {
      if (i % 20 === 19) stage.zoom(i % 40 === 19 ? 0.5 : 2);
      else stage.moveTo(stage.last - (i % 40) * 60 * minute);
    })
  );
  clearInterval(timer);
  await unmount(view);
  host.remove();
}

/** The same points given to uPlot as they are, as often as it gets done with them. */
async function raw(charts: number, points: number, count: number) {
  const history = filled(charts, points);
  const times = Float64Array.from({ length: history.length }, (_, row) => history.time(row) / 1000);
  const given = names(charts).map((name) => {
    const parts = ['', '|expected', '|lo', '|hi'].map((part) => name + part);
    const columns = parts.map((part) =>
      Array.from({ length: history.length }, (_, row) => history.value(part, row))
    );
    return [times, ...columns] as uPlot.AlignedData;
  });
  const plots = given.map(
    (data) =>
      new uPlot(
        {
          width,
          height: 208,
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
        data,
        document.body.appendChild(document.createElement('div'))
      )
  );
  await phase('raw', () =>
    frames(count, () => {
      for (const [i, plot] of plots.entries()) plot.setData(given[i]!);
    })
  );
  for (const plot of plots) plot.destroy();
  document.body.replaceChildren();
}

declare global {
  interface Window {
    board?: { board: typeof board; raw: typeof raw };
  }
}

window.board = { board, raw };

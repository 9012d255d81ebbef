import type { PaintFrame } from '#lib/charts/painted.ts';
import { chartTokens } from '#lib/charts/theme.ts';
import type { MeasurePainter, Shown } from '#lib/cells/monitor/board/view-paint.ts';

/** A step of a path: its name, and places on the canvas. */
type Step = readonly [name: string, ...places: number[]];

/** Keeps its steps instead of drawing them, those that were added with their transform applied. */
export class RecordedPath {
  /** Paths made so far, of any kind. */
  static made = 0;
  readonly steps: Step[] = [];

  constructor() {
    RecordedPath.made++;
  }

  moveTo(x: number, y: number): void {
    this.steps.push(['move', x, y]);
  }

  lineTo(x: number, y: number): void {
    this.steps.push(['line', x, y]);
  }

  arc(x: number, y: number, radius: number): void {
    this.steps.push(['arc', x, y, radius]);
  }

  closePath(): void {
    this.steps.push(['close']);
  }

  addPath(path: RecordedPath, { a = 1, d = 1, e = 0, f = 0 }: DOMMatrix2DInit): void {
    for (const [name, ...places] of path.steps)
      this.steps.push([
        name,
        ...places.map((place, i) => (i % 2 === 0 ? a * place + e : d * place + f))
      ]);
  }
}

/** What stands on a canvas: areas and lines in their inks, in the order in which they were drawn. */
export type Picture = readonly { readonly ink: string; readonly steps: readonly Step[] }[];

const inks = chartTokens((name) => name);

/** The picture of a stretch: a column for each pixel, and a pixel for each unit of value. */
export function pictureOf(painter: MeasurePainter, shown: Shown): Picture {
  const picture: { ink: string; steps: readonly Step[] }[] = [];
  const ctx = {
    fillStyle: '',
    strokeStyle: '',
    setLineDash: () => undefined,
    fill: (path: RecordedPath) => picture.push({ ink: ctx.fillStyle, steps: path.steps }),
    stroke: (path: RecordedPath) => picture.push({ ink: ctx.strokeStyle, steps: path.steps })
  };
  const perMs = shown.columns / (shown.to - shown.from);
  const frame: PaintFrame = {
    x: (time) => (time - shown.from) * perMs,
    y: (value) => -value,
    perMs,
    perUnit: -1,
    ratio: 1
  };
  painter.painted(shown).paint(ctx as unknown as CanvasRenderingContext2D, frame, inks);
  return picture;
}

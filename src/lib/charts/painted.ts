import type uPlot from 'uplot';
import type { ChartTokens } from './theme.ts';

/** Where times and values lie on a canvas, in its own pixels. */
export interface PaintFrame {
  x(time: number): number;
  y(value: number): number;
  /** Pixels for a millisecond to the right, and for a unit of value downwards. */
  readonly perMs: number;
  readonly perUnit: number;
  /** Pixels of the canvas for one of the page. */
  readonly ratio: number;
}

/** Lines that paint themselves, because they grow faster than all of their points can be laid out. */
export interface Painted {
  /** Differs when the picture of the same stretch does, and from that of any other lines. */
  readonly revision: string;
  /** Least and greatest of what is painted; null where there is nothing. */
  readonly extent: { readonly min: number; readonly max: number } | null;
  /** The value at a time, or the last before it. */
  valueBefore(time: number): number | null;
  paint(ctx: CanvasRenderingContext2D, frame: PaintFrame, inks: ChartTokens): void;
}

/** Paints into the plot area; nothing is drawn within `gaps`, so that no line bridges one. */
export function paintInto(
  u: uPlot,
  painted: Painted,
  gaps: readonly { readonly from: number; readonly to: number }[],
  inks: ChartTokens
): void {
  const { ctx, bbox } = u;
  const frame = frameOf(u);
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  for (const { from, to } of gaps) {
    const left = Math.max(bbox.left, frame.x(from));
    const right = Math.min(bbox.left + bbox.width, frame.x(to));
    if (right > left) ctx.rect(left, bbox.top, right - left, bbox.height);
  }
  ctx.clip('evenodd');
  painted.paint(ctx, frame, inks);
  ctx.restore();
}

function frameOf(u: uPlot): PaintFrame {
  const { left, top, width, height } = u.bbox;
  const { x, y } = u.scales;
  const [from, to] = [(x?.min ?? 0) * 1000, (x?.max ?? 1) * 1000];
  const [low, high] = [y?.min ?? 0, y?.max ?? 1];
  const perMs = width / (to - from || 1);
  const perUnit = -height / (high - low || 1);
  return {
    x: (time) => left + (time - from) * perMs,
    y: (value) => top + height + (value - low) * perUnit,
    perMs,
    perUnit,
    ratio: u.ctx.canvas.width / (u.width || 1)
  };
}

import type uPlot from 'uplot';
import type { PlotModel } from './plot.ts';
import type { ChartTokens } from './theme.ts';

/** Hooks that draw what lies under and over the lines: gaps and shades below, levels, marks, rings and labels above. */
export function overlays(model: () => PlotModel, t: ChartTokens): uPlot.Hooks.Arrays {
  return {
    drawClear: [
      (u) => {
        for (const stretch of model().stretches) {
          const pen = penOf(u, t);
          const [from, to] = [pen.x(stretch.from), pen.x(stretch.to)];
          if (stretch.kind === 'gap') pen.hatch(from, to, t.gap);
          else pen.shade(from, to, t.anomaly);
        }
      }
    ],
    draw: [
      (u) => {
        const pen = penOf(u, t);
        const m = model();
        for (const stretch of m.stretches) {
          const [from, to] = [pen.x(stretch.from), pen.x(stretch.to)];
          if (!stretch.words || to < pen.left || from > pen.right) continue;
          const middle = (Math.max(from, pen.left) + Math.min(to, pen.right)) / 2;
          pen.text(stretch.words, middle, pen.top - 5, { align: 'center' });
        }
        for (const level of m.levels) {
          const y = pen.y(level.value);
          pen.line(pen.left, y, pen.right, y, t.threshold, 1, [6, 3]);
          pen.text(level.words, pen.right - 2, y - 4, { align: 'right', ink: t.threshold });
        }
        for (const mark of m.marks) {
          const x = pen.x(mark.time);
          if (x < pen.left - 1 || x > pen.right + 1) continue;
          const ink = mark.kind === 'origin' ? t.axis : t.now;
          pen.line(x, pen.top - 12, x, pen.bottom, ink, 1, mark.kind === 'now' ? [] : [2, 3]);
          if (mark.words) {
            const isBefore = mark.kind === 'cutoff' || x + 4 + widthOf(mark.words) > u.width;
            pen.text(mark.words, x + (isBefore ? -4 : 4), pen.top - 5, {
              align: isBefore ? 'right' : 'left',
              ink: mark.kind === 'now' ? t.now : t.label
            });
          }
          if (mark.kind === 'now') {
            const value = valueBefore(m, mark.time);
            if (value !== null) pen.dot(x, pen.y(value), t.forecast);
          }
        }
        const drawn = m.rings
          .map((ring) => ({ ring, x: pen.x(ring.time), y: pen.y(ring.value) }))
          .filter(({ x }) => x >= pen.left - 1 && x <= pen.right + 1);
        for (const { x, y } of drawn) pen.ring(x, y, t.anomaly);
        for (const { time } of m.flags ?? []) {
          const x = pen.x(time);
          if (x >= pen.left && x <= pen.right) pen.flag(x, pen.bottom, t.threshold);
        }
        const free = withoutOverlap(drawn.map(({ x, y }) => ({ left: x - 6, right: x + 6, y })));
        const middle = (pen.top + pen.bottom) / 2;
        drawn.sort((a, b) => Math.abs(b.y - middle) - Math.abs(a.y - middle));
        for (const { ring, x, y } of drawn) if (ring.words) besideRing(pen, m, ring, x, y, free);
        for (const line of m.lines) {
          if (!line.endLabel) continue;
          const last = line.values.findLastIndex((value) => !Number.isNaN(value));
          const [time, value] = [m.times[last], line.values[last]];
          if (time === undefined || value === undefined) continue;
          pen.text(line.endLabel, pen.x(time) + 6, pen.y(value) + 4, {
            ink: t.forecast,
            strong: true
          });
        }
      }
    ]
  };
}

interface Place {
  readonly left: number;
  readonly right: number;
  readonly y: number;
}

/** Whether words of a width still have room at a place, which they then take. Rings far out come first; `rings` stay free. */
function withoutOverlap(rings: readonly Place[]) {
  const taken = [...rings];
  return (left: number, width: number, y: number) => {
    const right = left + width;
    const clash = taken.some(
      (t) => left < t.right + 4 && right > t.left - 4 && Math.abs(t.y - y) < 13
    );
    if (!clash) taken.push({ left, right, y });
    return !clash;
  };
}

/**
 * The words of a ring stand after the stretch it covers, or before it when there is no room to the right; where
 * others stand already they are left out, as the table has them all.
 */
function besideRing(
  pen: ReturnType<typeof penOf>,
  m: PlotModel,
  ring: PlotModel['rings'][number],
  x: number,
  y: number,
  free: ReturnType<typeof withoutOverlap>
) {
  const words = ring.words ?? '';
  const wide = widthOf(words);
  const shade = m.stretches.find(
    (s) => s.kind === 'shade' && s.from <= ring.time && s.to >= ring.time
  );
  const end = shade ? Math.max(x, pen.x(shade.to)) : x;
  const room = pen.right - end - 24;
  if (wide > room && x - pen.left > room) {
    if (free(x - 10 - wide, wide, y))
      pen.text(words, x - 10, y + 4, { align: 'right', ink: pen.ink });
    return;
  }
  if (!free(end + 10, wide, y)) return;
  if (end > x) pen.line(end + 6, y, end + 14, y, pen.ink, 1.2, []);
  pen.text(words, end + (end > x ? 18 : 10), y + 4, { ink: pen.ink });
}

/** About the width of words on a plot. */
function widthOf(words: string): number {
  return words.length * 6.4;
}

/** The value of the last drawn line at or before a time. */
function valueBefore(m: PlotModel, time: number): number | null {
  if (m.painted) return m.painted.valueBefore(time);
  const values = m.lines.at(-1)?.values;
  if (!values) return null;
  for (let i = m.times.length - 1; i >= 0; i--) {
    const value = values[i];
    if ((m.times[i] ?? Infinity) <= time && value !== undefined && !Number.isNaN(value))
      return value;
  }
  return null;
}

/** Drawing in the pixels of the page, whatever the canvas is scaled by. */
function penOf(u: uPlot, t: ChartTokens) {
  const ratio = u.ctx.canvas.width / (u.width || 1);
  const { ctx } = u;
  const box = {
    left: u.bbox.left / ratio,
    top: u.bbox.top / ratio,
    right: (u.bbox.left + u.bbox.width) / ratio,
    bottom: (u.bbox.top + u.bbox.height) / ratio
  };
  const scaled = (paint: () => void) => {
    ctx.save();
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    paint();
    ctx.restore();
  };
  const clipped = (from: number, to: number, paint: () => void) =>
    scaled(() => {
      ctx.beginPath();
      const left = Math.max(box.left, from);
      ctx.rect(left, box.top, Math.max(0, Math.min(box.right, to) - left), box.bottom - box.top);
      ctx.clip();
      paint();
    });
  return {
    ...box,
    /** The ink of anomalies. */
    ink: t.anomaly,
    x: (time: number) => u.valToPos(time / 1000, 'x', true) / ratio,
    y: (value: number) => u.valToPos(value, 'y', true) / ratio,
    line(
      x1: number,
      y1: number,
      x2: number,
      y2: number,
      ink: string,
      width: number,
      dash: number[]
    ) {
      scaled(() => {
        ctx.strokeStyle = ink;
        ctx.lineWidth = width;
        ctx.setLineDash(dash);
        ctx.beginPath();
        ctx.moveTo(x1, y1);
        ctx.lineTo(x2, y2);
        ctx.stroke();
      });
    },
    hatch(from: number, to: number, ink: string) {
      clipped(from, to, () => {
        ctx.strokeStyle = ink;
        ctx.lineWidth = 1.2;
        ctx.beginPath();
        const height = box.bottom - box.top;
        for (let x = from - height; x < to; x += 7) {
          ctx.moveTo(x, box.bottom);
          ctx.lineTo(x + height, box.top);
        }
        ctx.stroke();
      });
    },
    shade(from: number, to: number, ink: string) {
      clipped(from, to, () => {
        ctx.globalAlpha = 0.14;
        ctx.fillStyle = ink;
        ctx.fillRect(from, box.top, to - from, box.bottom - box.top);
      });
    },
    ring(x: number, y: number, ink: string) {
      scaled(() => {
        ctx.strokeStyle = ink;
        ctx.lineWidth = 1.8;
        ctx.setLineDash([]);
        ctx.beginPath();
        ctx.arc(x, y, 5, 0, 2 * Math.PI);
        ctx.stroke();
      });
    },
    dot(x: number, y: number, ink: string) {
      scaled(() => {
        ctx.fillStyle = ink;
        ctx.beginPath();
        ctx.arc(x, y, 3.5, 0, 2 * Math.PI);
        ctx.fill();
      });
    },
    /** A small triangle that stands on the axis. */
    flag(x: number, y: number, ink: string) {
      scaled(() => {
        ctx.fillStyle = ink;
        ctx.strokeStyle = t.paper;
        ctx.lineWidth = 1;
        ctx.beginPath();
        ctx.moveTo(x, y - 8);
        ctx.lineTo(x + 4.5, y);
        ctx.lineTo(x - 4.5, y);
        ctx.closePath();
        ctx.fill();
        ctx.stroke();
      });
    },
    text(
      words: string,
      x: number,
      y: number,
      look: { align?: CanvasTextAlign; ink?: string; strong?: boolean } = {}
    ) {
      scaled(() => {
        ctx.font = `${look.strong ? 500 : 400} ${t.size}px ${t.font}`;
        ctx.textAlign = look.align ?? 'left';
        ctx.textBaseline = 'alphabetic';
        ctx.lineJoin = 'round';
        ctx.lineWidth = 3;
        ctx.strokeStyle = t.paper;
        ctx.strokeText(words, x, y);
        ctx.fillStyle = look.ink ?? t.label;
        ctx.fillText(words, x, y);
      });
    }
  };
}

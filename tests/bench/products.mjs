const days = 730;
const firstDay = Date.UTC(2024, 0, 1);
const dayMs = 86_400_000;
const weekdays = [
  [1.1, 1.0, 0.95, 1.0, 1.25, 1.5, 0.7],
  [1.2, 1.2, 1.15, 1.15, 1.1, 0.4, 0.2],
  [0.9, 0.9, 0.9, 1.0, 1.1, 1.3, 1.2]
];

/**
 * Two years of daily sales of `count` products, made from a seed: seven of ten sell every day with a weekly season, a
 * trend, a yearly swing and promotions; two of ten sell now and then; one of ten in rare large lots.
 */
export function dailyProducts(count, seed = 1) {
  return Array.from({ length: count }, (_, i) => {
    const random = uniform(seed * 100_003 + i);
    const name = `P${String(i + 1).padStart(5, '0')}`;
    const make = i % 10 < 7 ? steady : i % 10 < 9 ? rare : lumpy;
    return { name, values: make(random) };
  });
}

/** The same as CSV: product, day, units. */
export function productsCsv(products) {
  const lines = ['product,day,units'];
  for (const { name, values } of products) {
    values.forEach((value, t) => {
      lines.push(`${name},${new Date(firstDay + t * dayMs).toISOString().slice(0, 10)},${value}`);
    });
  }
  return `${lines.join('\n')}\n`;
}

function steady(random) {
  const level = Math.exp(2.5 + 3 * random());
  const trend = (random() - 0.4) * 0.6;
  const swing = 0.25 * random();
  const phase = random();
  const week = weekdays[Math.floor(random() * weekdays.length)];
  const uplift = 0.4 + random();
  const noise = 0.08 + 0.25 * random();
  let promotion = 0;
  let drift = 0;
  return Float64Array.from({ length: days }, (_, t) => {
    if (promotion === 0 && random() < 0.012) promotion = 4 + Math.floor(10 * random());
    const promoted = promotion > 0 ? uplift : 0;
    promotion = Math.max(0, promotion - 1);
    drift = 0.95 * drift + 0.04 * normal(random);
    const year = 1 + swing * Math.sin(2 * Math.PI * (t / 365.25 + phase));
    const mean = level * (1 + (trend * t) / days) * year * week[t % 7] * (1 + promoted);
    return Math.max(0, Math.round(mean * Math.exp(drift) * (1 + noise * normal(random))));
  });
}

function rare(random) {
  const chance = 0.1 + 0.4 * random();
  const size = 1 + 4 * random();
  return Float64Array.from({ length: days }, () =>
    random() < chance ? 1 + Math.floor(-size * Math.log(1 - random())) : 0
  );
}

function lumpy(random) {
  const chance = 0.03 + 0.1 * random();
  return Float64Array.from({ length: days }, () =>
    random() < chance ? Math.ceil(Math.exp(2 + 1.2 * normal(random))) : 0
  );
}

/** Uniform numbers in [0, 1): Mulberry32. */
function uniform(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function normal(random) {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

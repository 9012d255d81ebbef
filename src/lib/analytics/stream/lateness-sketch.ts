/** The share of events that a learned disorder covers. */
const coveredShare = 0.995;
/** Relative width of a bucket: by so much at most a learned disorder is too great. */
const width = 1.02;
const logWidth = Math.log(width);
/** Up to some sixty years; later than that is no disorder. */
const buckets = 1500;
/** Events after which older ones count half. */
const memory = 1 << 17;

/** Counts by bucket, trailing zeros left out. */
export type LatenessSnapshot = Float64Array;

/**
 * The lateness that 99.5 % of the events keep to, of recent events above all: counts in logarithmic buckets
 * (Masson, Rim and Lee, DDSketch, 2019), all of them halved every 131,072 events. The bound is the upper end of a
 * bucket, so that it covers the share and is at most 2 % too great. O(1) per event, amortised; memory is fixed.
 */
export class LatenessSketch {
  /** Bucket 0 counts events that came in order. */
  readonly #counts = new Float64Array(buckets);
  #total = 0;
  /** The bucket of the bound, and how many events lie above it. */
  #at = 0;
  #above = 0;

  /** Milliseconds, in whole ones; 0 before the first event. */
  get bound(): number {
    return this.#at === 0 ? 0 : Math.ceil(width ** (this.#at - 1));
  }

  /** `lateness`: milliseconds behind the latest event, 0 and less for an event in order. */
  add(lateness: number): void {
    const bucket = lateness <= 0 ? 0 : bucketOf(lateness);
    this.#counts[bucket]!++;
    this.#total++;
    if (bucket > this.#at) this.#above++;
    if (this.#total >= memory) this.#halve();
    this.#settle();
  }

  snapshot(): LatenessSnapshot {
    let used = buckets;
    while (used > 0 && this.#counts[used - 1] === 0) used--;
    return this.#counts.slice(0, used);
  }

  restore(counts: LatenessSnapshot): void {
    this.#counts.fill(0);
    this.#counts.set(counts);
    this.#recount();
  }

  #settle(): void {
    const counts = this.#counts;
    const allowed = (1 - coveredShare) * this.#total;
    while (this.#above > allowed) this.#above -= counts[++this.#at]!;
    while (this.#at > 0 && this.#above + counts[this.#at]! <= allowed)
      this.#above += counts[this.#at--]!;
  }

  #halve(): void {
    for (let i = 0; i < buckets; i++) this.#counts[i] = Math.floor(this.#counts[i]! / 2);
    this.#recount();
  }

  #recount(): void {
    this.#total = this.#counts.reduce((sum, n) => sum + n, 0);
    this.#at = 0;
    this.#above = this.#total - this.#counts[0]!;
    this.#settle();
  }
}

/** Bucket b > 0 holds latenesses above width^(b − 2) up to width^(b − 1) milliseconds, 1 and less in the first. */
function bucketOf(lateness: number): number {
  return Math.min(buckets - 1, 1 + Math.max(0, Math.ceil(Math.log(lateness) / logWidth)));
}

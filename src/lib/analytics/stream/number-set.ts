const least = 1024;

/**
 * A set of numbers in the order they came, in typed arrays: open addressing with linear probing over places in one list
 * of keys, at most half full. As a Set, it holds NaN once and takes −0 for 0. O(1) a number, 16 to 24 bytes each; a copy of
 * its numbers is one copy of an array.
 */
export class NumberSet {
  size = 0;
  #keys = new Float64Array(least);
  /** Places in `keys`, counted from 1; 0 is free. */
  #places = new Int32Array(2 * least);

  static of(numbers: ArrayLike<number>): NumberSet {
    const set = new NumberSet();
    for (let i = 0; i < numbers.length; i++) set.add(numbers[i]!);
    return set;
  }

  has(number: number): boolean {
    return this.#places[this.#find(number)] !== 0;
  }

  /** Whether the number was not there yet. */
  add(number: number): boolean {
    const at = this.#find(number);
    if (this.#places[at] !== 0) return false;
    this.#keys[this.size++] = number;
    this.#places[at] = this.size;
    if (this.size === this.#keys.length) this.#grow();
    return true;
  }

  /** In the order they came. */
  numbers(): Float64Array {
    return this.#keys.slice(0, this.size);
  }

  /** Where a number stands, or the free place where it would. */
  #find(number: number): number {
    const mask = this.#places.length - 1;
    let at = hashOf(number) & mask;
    for (let place = this.#places[at]!; place !== 0; place = this.#places[at]!) {
      const key = this.#keys[place - 1]!;
      if (key === number || (key !== key && number !== number)) break;
      at = (at + 1) & mask;
    }
    return at;
  }

  #grow(): void {
    const keys = new Float64Array(2 * this.size);
    keys.set(this.#keys);
    this.#keys = keys;
    this.#places = new Int32Array(4 * this.size);
    for (let place = 1; place <= this.size; place++)
      this.#places[this.#find(keys[place - 1]!)] = place;
  }
}

const double = new Float64Array(1);
const words = new Int32Array(double.buffer);

/**
 * Small whole numbers keep sixteen neighbours together, so that ids that count up are found where the last one was; all
 * else is mixed from both halves (the finaliser of MurmurHash3, Appleby).
 */
function hashOf(number: number): number {
  if ((number | 0) === number) return (mixed(number >> 4) << 4) | (number & 15);
  if (number !== number) return 0;
  double[0] = number;
  return mixed(Math.imul(words[0]!, 0x9e3779b1) ^ words[1]!);
}

function mixed(bits: number): number {
  let hash = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

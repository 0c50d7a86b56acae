/**
 * Connected identifiers at the size of a whole hub: disjoint sets over 64-bit hashes in typed arrays, 24 bytes an
 * identifier. 64 bits make a chance collision of two among 100 million identifiers 1 in 3,700; the hub's own keys have
 * 128, and `rebuild` refuses when the two disagree on the number of identifiers.
 */
export class IdentifierUnion {
  #slots: Int32Array
  #high: Uint32Array
  #low: Uint32Array
  #parent: Int32Array
  #count = 0

  constructor(expected = 1 << 16) {
    const capacity = 1 << Math.ceil(Math.log2(Math.max(16, expected * 2)))
    this.#slots = new Int32Array(capacity).fill(-1)
    this.#high = new Uint32Array(capacity >> 1)
    this.#low = new Uint32Array(capacity >> 1)
    this.#parent = new Int32Array(capacity >> 1)
  }

  get size(): number {
    return this.#count
  }

  /** The number of an identifier (its 16 Latin-1 characters), given to it at the first sight. */
  number(id: string): number {
    const high = word(id, 0)
    const low = word(id, 4)
    if (this.#count * 2 >= this.#slots.length) this.#grow()
    const mask = this.#slots.length - 1
    for (let i = (low ^ Math.imul(high, 0x9e3779b1)) & mask; ; i = (i + 1) & mask) {
      const slot = this.#slots[i]!
      if (slot === -1) {
        this.#slots[i] = this.#count
        this.#high[this.#count] = high
        this.#low[this.#count] = low
        this.#parent[this.#count] = this.#count
        return this.#count++
      }
      if (this.#high[slot] === high && this.#low[slot] === low) return slot
    }
  }

  /** The number that stands for the whole set. */
  find(number: number): number {
    let root = number
    while (this.#parent[root] !== root)
      root = this.#parent[root] = this.#parent[this.#parent[root]!]!
    return root
  }

  /** Joins two sets; the lower number stands for both. */
  join(a: number, b: number): void {
    const left = this.find(a)
    const right = this.find(b)
    if (left < right) this.#parent[right] = left
    else this.#parent[left] = right
  }

  #grow(): void {
    const capacity = this.#slots.length * 2
    this.#slots = new Int32Array(capacity).fill(-1)
    const widen = <T extends Uint32Array | Int32Array>(old: T, wider: T): T => (
      wider.set(old),
      wider
    )
    this.#high = widen(this.#high, new Uint32Array(capacity >> 1))
    this.#low = widen(this.#low, new Uint32Array(capacity >> 1))
    this.#parent = widen(this.#parent, new Int32Array(capacity >> 1))
    const mask = capacity - 1
    for (let n = 0; n < this.#count; n++) {
      let i = (this.#low[n]! ^ Math.imul(this.#high[n]!, 0x9e3779b1)) & mask
      while (this.#slots[i] !== -1) i = (i + 1) & mask
      this.#slots[i] = n
    }
  }
}

function word(id: string, at: number): number {
  return (
    ((id.charCodeAt(at) << 24) |
      (id.charCodeAt(at + 1) << 16) |
      (id.charCodeAt(at + 2) << 8) |
      id.charCodeAt(at + 3)) >>>
    0
  )
}

/** The figures of a run, by engines and rows: one for each round. */
export class Figures {
  #figures = new Map();

  /** One round's figure, in the unit that is shown. */
  add({ id }, row, number, unit = 1) {
    if (number === undefined) return;
    const rows = this.#figures.get(id) ?? new Map();
    this.#figures.set(id, rows);
    rows.set(row, [...(rows.get(row) ?? []), number / unit]);
  }

  /** One round's figure from the samples of that round. */
  addSamples(engine, row, samples, unit) {
    this.add(engine, row, samples === undefined ? undefined : median(samples), unit);
  }

  /** The median of all rounds, or undefined. */
  of({ id }, row) {
    const figures = this.#figures.get(id)?.get(row);
    return figures === undefined ? undefined : median(figures);
  }

  /** The round that was disturbed least. */
  best({ id }, row) {
    const figures = this.#figures.get(id)?.get(row);
    return figures === undefined ? undefined : Math.min(...figures);
  }

  toJSON() {
    return Object.fromEntries([...this.#figures].map(([id, rows]) => [id, Object.fromEntries(rows)]));
  }
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

// Counts per second and per minute, as summaries tell them: the whole, then what changed.

const KEPT = { seconds: 300, minutes: 60 };
const UNIT_MS = { seconds: 1_000, minutes: 60_000 };

/** The last seconds are still being counted. */
const UNFINISHED_SECONDS = 2;

export class Counts {
  #byStream = new Map();

  take(summary, whole) {
    if (whole) {
      this.#byStream.clear();
    }
    for (const stream of summary.streams) {
      const kept = this.#of(stream.stream);
      for (const span of ["seconds", "minutes"]) {
        const from = Math.round(Date.parse(stream[span].from) / UNIT_MS[span]);
        stream[span].counts.forEach((events, i) => kept[span].set(from + i, events));
        const oldest = from + stream[span].counts.length - KEPT[span];
        for (const index of kept[span].keys()) {
          if (index < oldest) {
            kept[span].delete(index);
          }
        }
      }
    }
  }

  #of(stream) {
    if (!this.#byStream.has(stream)) {
      this.#byStream.set(stream, { seconds: new Map(), minutes: new Map() });
    }
    return this.#byStream.get(stream);
  }

  streams() {
    return [...this.#byStream.keys()];
  }

  /** Events per second over a time, oldest first; seconds are weighed with their neighbours, so that the curve is calm. */
  rates(stream, span, now) {
    const counts = this.#of(stream)[span];
    const unit = UNIT_MS[span];
    const reach = span === "seconds" ? 8 : 0;
    const last = Math.floor(now / unit) - (span === "seconds" ? UNFINISHED_SECONDS : 1);
    const first = last - KEPT[span] + UNFINISHED_SECONDS + 1;
    const points = [];
    for (let index = first; index <= last; index++) {
      let sum = 0;
      let weights = 0;
      for (let near = Math.max(first, index - reach); near <= Math.min(last, index + reach); near++) {
        const weight = reach + 1 - Math.abs(near - index);
        sum += weight * (counts.get(near) ?? 0);
        weights += weight;
      }
      points.push({ at: (index + 1) * unit, rate: (sum / weights) * (1_000 / unit) });
    }
    return points;
  }

  /** Events per second over the last ten that are complete. */
  now(stream, now) {
    const counts = this.#of(stream).seconds;
    const last = Math.floor(now / 1_000) - UNFINISHED_SECONDS;
    let sum = 0;
    for (let i = 0; i < 10; i++) {
      sum += counts.get(last - i) ?? 0;
    }
    return sum / 10;
  }

  /** Events of the last hour. */
  hour(stream) {
    let sum = 0;
    this.#of(stream).minutes.forEach((events) => { sum += events; });
    return sum;
  }
}

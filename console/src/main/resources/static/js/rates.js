// A card per stream: events per second now, and a curve of how it came to that.

import { drawn, element } from "./dom.js";
import { count, rate, streamName, time } from "./format.js";

const WIDTH = 300;
const HEIGHT = 80;

export class Rates {
  #root;
  #cards = new Map();

  constructor(root) {
    this.#root = root;
  }

  show(counts, span, now) {
    for (const stream of counts.streams()) {
      const card = this.#card(stream);
      card.now.textContent = rate(counts.now(stream, now));
      card.hour.textContent = `${count(counts.hour(stream))} in the last hour`;
      card.draw(counts.rates(stream, span, now));
    }
  }

  #card(stream) {
    if (!this.#cards.has(stream)) {
      const card = new RateCard(stream);
      this.#cards.set(stream, card);
      this.#root.append(card.root);
    }
    return this.#cards.get(stream);
  }
}

class RateCard {
  root = element("article", "card rate");
  now = element("span");
  hour = element("span", "quiet");
  #peak = element("span");
  #from = element("span");
  #to = element("span");
  #chart = drawn("svg", { class: "chart", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img" });
  #area = drawn("path", { class: "area" });
  #curve = drawn("path", { class: "curve" });
  #cursor = drawn("path", { class: "cursor" });
  #points = [];
  #pointed = null;

  constructor(stream) {
    this.root.dataset.stream = stream;
    const now = element("p", "rate-now", this.now, element("small", "", "per second"));
    this.root.append(element("div", "rate-head", element("h3", "", streamName(stream)), this.hour), now, this.#chart,
      element("div", "axis", this.#from, this.#peak, this.#to));
    this.#chart.setAttribute("aria-label", `${streamName(stream)}: events per second over time`);
    this.#chart.append(drawn("path", { class: "base", d: `M0 ${HEIGHT}H${WIDTH}` }), this.#area, this.#curve, this.#cursor);
    this.#chart.addEventListener("pointermove", (event) => this.#point(event));
    this.#chart.addEventListener("pointerleave", () => { this.#pointed = null; this.#label(); });
  }

  draw(points) {
    this.#points = points;
    const top = Math.max(1, ...points.map((point) => point.rate)) * 1.08;
    const line = points
      .map((point, i) => `${this.#x(i).toFixed(1)} ${(HEIGHT - (point.rate / top) * HEIGHT).toFixed(1)}`)
      .join("L");
    this.#curve.setAttribute("d", `M${line}`);
    this.#area.setAttribute("d", `M0 ${HEIGHT}L${line}L${WIDTH} ${HEIGHT}Z`);
    this.#label();
  }

  #x(index) {
    return (index / (this.#points.length - 1)) * WIDTH;
  }

  #point(event) {
    const box = this.#chart.getBoundingClientRect();
    this.#pointed = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    this.#label();
  }

  #label() {
    const pointed = this.#pointed === null ? null : Math.round(this.#pointed * (this.#points.length - 1));
    this.#cursor.setAttribute("d", pointed === null ? "" : `M${this.#x(pointed).toFixed(1)} 0V${HEIGHT}`);
    if (pointed === null) {
      const peak = Math.max(...this.#points.map((point) => point.rate));
      this.#from.textContent = time(this.#points[0].at).slice(0, 5);
      this.#peak.textContent = peak > 0 ? `at most ${rate(peak)}` : "";
      this.#to.textContent = "now";
    } else {
      const point = this.#points[pointed];
      this.#from.textContent = time(point.at);
      this.#peak.textContent = "";
      this.#to.textContent = `${rate(point.rate)} per second`;
    }
  }
}

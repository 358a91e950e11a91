// A card per stream: how often each result came out, as bars.

import { element } from "./dom.js";
import { count, outcome, streamName } from "./format.js";

export class Outcomes {
  #root;
  #cards = new Map();

  constructor(root) {
    this.#root = root;
  }

  show(outcomes, streams) {
    for (const stream of streams) {
      this.#card(stream).show(outcomes.filter((one) => one.stream === stream));
    }
  }

  #card(stream) {
    if (!this.#cards.has(stream)) {
      const card = new OutcomeCard(stream);
      this.#cards.set(stream, card);
      this.#root.append(card.root);
    }
    return this.#cards.get(stream);
  }
}

class OutcomeCard {
  root = element("article", "card outcome");
  #bars = element("ul", "bars");
  #none = element("p", "quiet", "Nothing yet");
  #byKey = new Map();

  constructor(stream) {
    this.root.append(element("h3", "", streamName(stream)), this.#none, this.#bars);
  }

  show(outcomes) {
    const total = outcomes.reduce((sum, one) => sum + one.events, 0);
    const gone = new Set(this.#byKey.keys());
    this.#none.hidden = outcomes.length > 0;
    outcomes.sort((one, other) => other.events - one.events).forEach((one, place) => {
      const key = `${one.type} ${one.reason}`;
      gone.delete(key);
      const bar = this.#bar(key, one);
      bar.count.textContent = count(one.events);
      bar.share.textContent = `${Math.round((one.events / total) * 100)} %`;
      bar.fill.style.width = `${(one.events / outcomes[0].events) * 100}%`;
      if (this.#bars.children[place] !== bar.root) {
        this.#bars.insertBefore(bar.root, this.#bars.children[place] ?? null);
      }
    });
    for (const key of gone) {
      this.#byKey.get(key).root.remove();
      this.#byKey.delete(key);
    }
  }

  #bar(key, one) {
    if (!this.#byKey.has(key)) {
      const { label, tone } = outcome(one);
      const bar = { root: element("li"), count: element("b"), share: element("span"), fill: element("div", "fill") };
      bar.root.dataset.tone = tone;
      bar.root.append(element("div", "bar-text", element("span", "label", label), element("span", "count", bar.count, bar.share)),
        element("div", "track", bar.fill));
      this.#byKey.set(key, bar);
    }
    return this.#byKey.get(key);
  }
}

// The latest orders. Rows are kept and moved, so that what a person points at stays what it is.

import { element } from "./dom.js";
import { ago, amount, capital, tone, words } from "./format.js";

export class Orders {
  #body;
  #empty;
  #open;
  #rows = new Map();

  /** @param open called with an order's id when a person picks it */
  constructor(body, empty, open) {
    this.#body = body;
    this.#empty = empty;
    this.#open = open;
  }

  show(orders, now) {
    const first = this.#rows.size === 0;
    const gone = new Set(this.#rows.keys());
    orders.forEach((order, place) => {
      gone.delete(order.orderId);
      let row = this.#rows.get(order.orderId);
      if (!row || row.at !== order.at) {
        row = this.#row(order, row);
        row.root.classList.toggle("fresh", !first);
      }
      if (this.#body.children[place] !== row.root) {
        this.#body.insertBefore(row.root, this.#body.children[place] ?? null);
      }
    });
    for (const orderId of gone) {
      this.#rows.get(orderId).root.remove();
      this.#rows.delete(orderId);
    }
    this.#empty.hidden = orders.length > 0;
    this.tick(now);
  }

  /** Time goes by. */
  tick(now) {
    for (const row of this.#rows.values()) {
      row.when.textContent = ago(row.at, now);
    }
  }

  #row(order, old) {
    const row = { at: order.at, root: element("tr"), when: element("td", "number") };
    const open = element("button", "open", order.orderId);
    open.type = "button";
    row.root.append(element("td", "", open), state(order.payment, order.paymentReason), state(order.goods, order.goodsReason),
      element("td", "number", amount(order.amount, order.currency)), element("td", "wide", order.customer ?? "–"), row.when);
    row.root.addEventListener("click", () => this.#open(order.orderId));
    old?.root.replaceWith(row.root);
    this.#rows.set(order.orderId, row);
    return row;
  }
}

function state(outcome, reason) {
  const shown = element("span", outcome ? "state" : "state none", outcome ? capital(outcome) : "not yet");
  if (outcome) {
    shown.dataset.tone = tone(outcome);
  }
  if (reason) {
    shown.append(element("span", "why", words(reason)));
  }
  return element("td", "", shown);
}

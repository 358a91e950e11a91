// One order's way: its steps with their times, kept up to date while it is open.

import { byId, element } from "./dom.js";
import { way } from "./feed.js";
import { amount, count, elapsed, preciseTime, stepName, tone, words } from "./format.js";

export class Way {
  #dialog = byId("way");
  #title = byId("way-title");
  #summary = byId("way-summary");
  #steps = byId("way-steps");
  #orderId = null;
  #shown = "";

  constructor() {
    byId("way-close").addEventListener("click", () => this.#dialog.close());
    this.#dialog.addEventListener("click", (event) => {
      if (event.target === this.#dialog) {
        this.#dialog.close();
      }
    });
    this.#dialog.addEventListener("close", () => { this.#orderId = null; });
  }

  async open(orderId) {
    this.#orderId = orderId;
    this.#shown = "";
    this.#title.textContent = orderId;
    this.#summary.textContent = "…";
    this.#steps.replaceChildren();
    if (!this.#dialog.open) {
      this.#dialog.showModal();
    }
    await this.refresh();
  }

  /** Asks again when an order is shown. */
  async refresh() {
    const orderId = this.#orderId;
    if (orderId === null) {
      return;
    }
    try {
      const found = await way(orderId);
      if (orderId === this.#orderId) {
        this.#show(found?.steps ?? []);
      }
    } catch {
      if (orderId === this.#orderId && !this.#shown) {
        this.#summary.textContent = "It cannot be looked up at the moment.";
      }
    }
  }

  #show(steps) {
    const now = JSON.stringify(steps);
    if (now === this.#shown) {
      return;
    }
    this.#shown = now;
    this.#summary.textContent = summary(steps);
    this.#steps.replaceChildren(...steps.map((step, i) => stepItem(step, steps[i - 1])));
  }
}

function summary(steps) {
  if (steps.length === 0) {
    return "Nothing is known of this order.";
  }
  const took = Date.parse(steps.at(-1).occurredAt) - Date.parse(steps[0].occurredAt);
  const customer = steps.find((step) => step.customer)?.customer;
  return [steps.length === 1 ? "1 step" : `${steps.length} steps within ${elapsed(took)}`, customer && `customer ${customer}`]
    .filter(Boolean).join(" · ");
}

function stepItem(step, before) {
  const item = element("li");
  item.dataset.tone = tone(step.type.split(".").pop());
  item.append(element("div", "step-title", stepName(step.type)));
  if (step.reason) {
    item.append(element("div", "step-why", words(step.reason)));
  }
  const facts = [amount(step.amount, step.currency), step.pieces !== undefined && pieces(step.pieces)].filter(Boolean);
  if (facts.length > 0) {
    item.append(element("div", "step-facts", facts.join(" · ")));
  }
  const since = before ? ` · ${elapsed(Date.parse(step.occurredAt) - Date.parse(before.occurredAt))} later` : "";
  item.append(element("div", "step-time", preciseTime(step.occurredAt) + since));
  return item;
}

function pieces(number) {
  return number === 1 ? "1 piece" : `${count(number)} pieces`;
}

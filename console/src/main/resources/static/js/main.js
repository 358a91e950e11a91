// The page: what comes from the server goes to its parts, once a second at most.

import { Counts } from "./counts.js";
import { byId } from "./dom.js";
import { listen } from "./feed.js";
import { time } from "./format.js";
import { Orders } from "./orders.js";
import { Outcomes } from "./outcomes.js";
import { Rates } from "./rates.js";
import { Way } from "./way.js";

const counts = new Counts();
const way = new Way();
const rates = new Rates(byId("rates"));
const outcomes = new Outcomes(byId("outcomes"));
const orders = new Orders(byId("orders"), byId("orders-empty"), (orderId) => way.open(orderId));

let span = "seconds";
let last = null;

/** The server's clock, by which all of this is counted. */
let aheadMs = 0;

const now = () => Date.now() + aheadMs;

function draw() {
  if (last !== null) {
    rates.show(counts, span, now());
  }
}

listen((summary, whole) => {
  aheadMs = Date.parse(summary.at) - Date.now();
  last = summary;
  counts.take(summary, whole);
  draw();
  outcomes.show(summary.outcomes, counts.streams());
  orders.show(summary.orders, now());
  way.refresh();
}, (state, why) => {
  const live = state === "live";
  byId("connection").dataset.state = state;
  byId("connection-text").textContent = live ? "Live" : "Trying again…";
  byId("main").toggleAttribute("data-stale", !live && last !== null);
  byId("main").setAttribute("aria-busy", String(last === null));
  byId("notice").hidden = live;
  if (!live) {
    byId("notice").textContent = `${why}.` + (last === null ? "" : ` What is shown is of ${time(last.at)}.`)
      + " The page goes on by itself.";
  }
});

for (const button of document.querySelectorAll("[data-span]")) {
  button.addEventListener("click", () => {
    span = button.dataset.span;
    document.querySelectorAll("[data-span]")
      .forEach((each) => each.setAttribute("aria-pressed", String(each === button)));
    draw();
  });
}

byId("lookup").addEventListener("submit", (event) => {
  event.preventDefault();
  const orderId = byId("lookup-order").value.trim();
  if (orderId) {
    way.open(orderId);
  }
});

setInterval(() => orders.tick(now()), 1_000);

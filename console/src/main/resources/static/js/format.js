// How numbers, times and types are written for people.

const whole = new Intl.NumberFormat();
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });
const precise = new Intl.DateTimeFormat(undefined,
  { hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3, hour12: false });
const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });

const TONES = {
  authorized: "good", reserved: "good",
  refunded: "back", returned: "back",
  declined: "bad", rejected: "bad",
};

const NAMES = {
  "payments.processed": "Payments",
  "inventory.processed": "Goods",
  "web-events.processed": "Web requests",
};

const SUBJECTS = { payment: "Payment", inventory: "Goods" };

const STATUS = { "1xx": "Informed", "2xx": "Answered", "3xx": "Redirected", "4xx": "Refused", "5xx": "Failed" };

const STATUS_TONES = { "2xx": "good", "3xx": "plain", "4xx": "wait", "5xx": "bad" };

export const count = (value) => whole.format(value);

export const time = (at) => clock.format(new Date(at));

export const preciseTime = (at) => precise.format(new Date(at));

export function rate(perSecond) {
  if (perSecond === 0) {
    return "0";
  }
  return perSecond < 10 ? perSecond.toFixed(1) : whole.format(Math.round(perSecond));
}

export function amount(value, currency) {
  if (value === undefined || value === null) {
    return "";
  }
  try {
    return new Intl.NumberFormat(undefined, { style: "currency", currency }).format(value);
  } catch {
    return `${value} ${currency ?? ""}`.trim();
  }
}

/** How long ago, in words that do not change every second for what is old. */
export function ago(at, now) {
  const seconds = Math.max(0, Math.round((now - new Date(at)) / 1000));
  if (seconds < 2) {
    return "now";
  }
  if (seconds < 60) {
    return `${seconds} s ago`;
  }
  if (seconds < 3600) {
    return `${Math.floor(seconds / 60)} min ago`;
  }
  return seconds < 72000 ? time(at) : `${day.format(new Date(at))}, ${time(at)}`;
}

/** The time between two steps. */
export function elapsed(milliseconds) {
  if (milliseconds < 1000) {
    return `${milliseconds} ms`;
  }
  if (milliseconds < 60000) {
    return `${(milliseconds / 1000).toFixed(1)} s`;
  }
  return `${Math.round(milliseconds / 60000)} min`;
}

export const streamName = (stream) => NAMES[stream] ?? stream;

export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** "insufficient_funds" as people write it. */
export const words = (reason) => (reason ?? "").replaceAll("_", " ");

/** What a step is called: "Payment authorized". */
export function stepName(type) {
  const [subject, outcome] = type.split(".");
  return outcome ? `${SUBJECTS[subject] ?? capital(subject)} ${outcome}` : type;
}

export const tone = (outcome) => TONES[outcome] ?? "wait";

/** What a bar says, and in which colour. */
export function outcome({ type, reason }) {
  if (type === "web.request") {
    return { label: reason ? `${STATUS[reason] ?? ""} ${reason}`.trim() : "Requests", tone: STATUS_TONES[reason] ?? "plain" };
  }
  const name = type.split(".").pop();
  return { label: capital(name) + (reason ? ` · ${words(reason)}` : ""), tone: tone(name) };
}

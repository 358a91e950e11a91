// The connection to the server: it is made again for as long as the page is open, and says how it is.

const SILENCE_MS = 25_000;
const PAUSES_MS = [1_000, 2_000, 3_000, 5_000];

/**
 * Listens to the dashboard.
 *
 * @param onSummary called with a summary, and whether it is the whole picture
 * @param onState called with "live", or with "away" and why
 */
export function listen(onSummary, onState) {
  let source = null;
  let silence = 0;
  let failures = 0;

  function heard() {
    clearTimeout(silence);
    silence = setTimeout(() => again("Nothing came for a while"), SILENCE_MS);
  }

  function again(why) {
    clearTimeout(silence);
    source?.close();
    source = null;
    onState("away", why);
    setTimeout(connect, PAUSES_MS[Math.min(failures++, PAUSES_MS.length - 1)]);
  }

  function connect() {
    source = new EventSource("/api/dashboard/events");
    heard();
    const take = (whole) => (event) => {
      failures = 0;
      heard();
      onSummary(JSON.parse(event.data), whole);
      onState("live");
    };
    source.addEventListener("snapshot", take(true));
    source.addEventListener("update", take(false));
    source.addEventListener("heartbeat", heard);
    source.addEventListener("unavailable", (event) => {
      heard();
      onState("away", JSON.parse(event.data).reason);
    });
    source.onerror = () => again("destinations-service does not answer");
  }

  connect();
}

/** The way of an order, or null when nothing is known of it. */
export async function way(orderId) {
  const response = await fetch(`/api/dashboard/orders/${encodeURIComponent(orderId)}`);
  if (response.status === 404) {
    return null;
  }
  if (!response.ok) {
    throw new Error(`The server answers ${response.status}`);
  }
  return response.json();
}

// Watches readings: one that is far from what is usual at its place becomes an event of its own.
import { createServer } from "node:http";
import { CloudEvent, HTTP } from "cloudevents";

const { FNMESH_GATEWAY: gateway, PORT: port } = process.env;
const unusualFrom = 2; // standard deviations
const longestBody = 1024 * 1024; // bytes, as the mesh has it
const patience = 5_000; // milliseconds, for the mesh to take an event
const grace = 2_000; // milliseconds, for requests to end after SIGTERM

if (!gateway || !port) {
  console.error("PORT and FNMESH_GATEWAY are not set: start this with fnmesh up, or with fnmesh shim -- node server.js");
  process.exit(1);
}

// What will not get better by trying again: the mesh puts the event to the dead letters.
class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

const server = createServer(async (request, response) => {
  try {
    if (request.method !== "POST" || request.url !== "/events") throw new Refused(405, "only POST /events is here");
    await take(eventOf(request.headers, await bodyOf(request)), request.headers);
    answer(response, 204);
  } catch (failure) {
    console.error(`${request.method} ${request.url} ${request.headers["ce-id"] ?? ""}: ${failure.message}`);
    answer(response, failure instanceof Refused ? failure.status : 503, failure.message);
  }
});

async function take(event, headers) {
  const { id, place, celsius, usual } = event.data;
  const deviations = (celsius - usual.mean) / usual.deviation;
  if (!Number.isFinite(deviations)) throw new Refused(400, "the reading has no celsius, mean or deviation");
  if (Math.abs(deviations) < unusualFrom) return;

  // The id follows from the event that caused it: whoever gets both of two deliveries can tell that they are one.
  await publish(
    new CloudEvent({
      id: `${event.id}-unusual`,
      source: "/apps/alerts",
      type: "weather.reading.unusual",
      subject: place, // the SDK leaves headers percent-encoded
      data: { id, place, celsius, deviations },
    }),
    headers,
  );
}

async function publish(event, { traceparent, tracestate }) {
  const { headers, body } = HTTP.structured(event);
  if (traceparent) headers.traceparent = traceparent;
  if (tracestate) headers.tracestate = tracestate;
  const taken = await fetch(new URL("/events", gateway), { method: "POST", headers, body, signal: AbortSignal.timeout(patience) });
  const text = await taken.text();
  if (!taken.ok) throw new Error(`the mesh answered ${taken.status}: ${text}`);
}

function eventOf(headers, body) {
  try {
    return HTTP.toEvent({ headers, body });
  } catch (failure) {
    throw new Refused(400, failure.message);
  }
}

async function bodyOf(request) {
  const chunks = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > longestBody) throw new Refused(413, `the body is longer than ${longestBody} bytes`);
    chunks.push(chunk);
  }

  return Buffer.concat(chunks).toString("utf8");
}

function answer(response, status, text = "") {
  if (!server.listening) response.setHeader("connection", "close");
  response.writeHead(status, text ? { "content-type": "text/plain; charset=utf-8" } : undefined).end(text);
}

// What is being answered is answered; then nothing keeps the process, nor does a connection that never asks anything.
function stop() {
  server.close();
  server.closeIdleConnections();
  setTimeout(() => server.closeAllConnections(), grace).unref();
}

process.once("SIGTERM", stop).once("SIGINT", stop);
server.listen(Number(port), "127.0.0.1");

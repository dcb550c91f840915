/** What the development supervisor does as an ordinary client of the API: a token, sample rules, the alert stream. */
import { pause } from "./supervise.ts";

/** Where the API is and who asks. */
export interface Session {
  baseUrl: string;
  token: string;
}

/** One alert as the stream sends it. */
export interface Alert {
  event_type: string;
  created_at: string;
  title: string;
  body: string;
  url: string | null;
}

const DEMO_EMAIL = "demo@waxwatch.dev";

/** Three ways to write a rule, on albums that the simulated marketplace keeps offering. */
const SAMPLE_RULES = [
  { name: "Miles Davis under 60 USD", query: { q: "miles davis", max_price: 60, currency: "USD" } },
  {
    name: "Electronic classics, VG+ or better",
    query: { any_keywords: ["daft punk", "portishead", "aphex twin"], min_condition: "VG+" },
  },
  { name: "Anything by Fleetwood Mac", query: { keywords: ["fleetwood mac"] } },
] as const;

/** As often as the API allows, so that the first alert does not keep a newcomer waiting. */
const SAMPLE_INTERVAL_SECONDS = 30;

/** Signs the demo user in. @throws with the API's sentence */
export async function signIn(baseUrl: string, signal: AbortSignal): Promise<Session> {
  const answer = await call(`${baseUrl}/api/dev/token`, { body: { email: DEMO_EMAIL }, signal });
  return { baseUrl, token: (answer as { token: string }).token };
}

/** Creates the sample rules when the user has no rule; gives how many were created. @throws with the API's sentence */
export async function ensureSampleRules({ baseUrl, token }: Session, signal: AbortSignal): Promise<number> {
  const url = `${baseUrl}/api/watch-rules`;
  const rules = await call(url, { token, signal }) as unknown[];
  if (rules.length > 0) return 0;
  for (const rule of SAMPLE_RULES) {
    await call(url, { token, signal, body: { ...rule, poll_interval_seconds: SAMPLE_INTERVAL_SECONDS } });
  }
  return SAMPLE_RULES.length;
}

/**
 * Hands every alert to `onAlert` until `signal` is aborted: those after the stream is open, or with `fromStart` all
 * there ever were, because the first ones of a new rule come before a stream can be opened. A lost connection is opened again after a second and
 * goes on behind the last alert, so none is missed and none is shown twice.
 */
export async function followAlerts(
  session: Session,
  options: { onAlert: (alert: Alert) => void; signal: AbortSignal; fromStart: boolean },
): Promise<void> {
  let lastId = options.fromStart ? "0" : "";
  while (!options.signal.aborted) {
    try {
      for await (const message of openStream(session, lastId, options.signal)) {
        if (message.id) lastId = message.id;
        if (message.event === "notification") options.onAlert(JSON.parse(message.data));
      }
    } catch {
      // The app restarts or is gone; the supervisor sees the latter by itself.
    }
    await pause(1_000, options.signal);
  }
}

/** One alert as one line: local time, title, what the body says on price, condition and provider, and the link. */
export function alertLine(alert: Alert): string {
  const time = new Date(alert.created_at).toLocaleTimeString("en-GB");
  const body = alert.body.replace(/\s*\n\s*/g, " · ").trim();
  return [`♪ ${time}`, alert.title, body, alert.url].filter(Boolean).join("  ");
}

/** One message of a server-sent event stream. */
export interface StreamMessage {
  id: string;
  event: string;
  data: string;
}

/** Cuts lines of an event stream into messages; comments (pings) and unknown fields are dropped. */
export async function* readMessages(lines: AsyncIterable<string>): AsyncGenerator<StreamMessage> {
  let message = { id: "", event: "message", data: [] as string[] };
  for await (const line of lines) {
    if (line === "") {
      if (message.data.length > 0) yield { ...message, data: message.data.join("\n") };
      message = { id: "", event: "message", data: [] };
      continue;
    }
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "data") message.data.push(value);
    else if (field === "id" || field === "event") message[field] = value;
  }
}

async function* openStream(
  { baseUrl, token }: Session,
  lastId: string,
  signal: AbortSignal,
): AsyncGenerator<StreamMessage> {
  const headers = {
    accept: "text/event-stream",
    authorization: `Bearer ${token}`,
    ...(lastId ? { "last-event-id": lastId } : {}),
  };
  const response = await fetch(`${baseUrl}/api/stream/events`, { headers, signal });
  if (!response.ok || !response.body) throw new Error(await failure(response));
  yield* readMessages(linesOf(response.body));
}

async function* linesOf(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split(/\r\n|\n/);
    rest = lines.pop() ?? "";
    yield* lines;
  }
}

async function call(
  url: string,
  options: { token?: string; body?: unknown; signal: AbortSignal },
): Promise<unknown> {
  const response = await fetch(url, {
    method: options.body === undefined ? "GET" : "POST",
    headers: {
      "content-type": "application/json",
      ...(options.token ? { authorization: `Bearer ${options.token}` } : {}),
    },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    signal: AbortSignal.any([options.signal, AbortSignal.timeout(15_000)]),
  });
  if (!response.ok) throw new Error(await failure(response));
  return await response.json();
}

/** The path, the status and the sentence of the API's error envelope. */
async function failure(response: Response): Promise<string> {
  const envelope = await response.json().catch(() => null) as { error?: { message?: string } } | null;
  const path = new URL(response.url).pathname;
  return `${path} answered ${response.status}${
    envelope?.error?.message ? `: ${envelope.error.message}` : ""
  }`;
}

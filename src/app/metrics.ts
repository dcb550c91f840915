/** What a process counts and measures, in the format of Prometheus. */
import process from "node:process";
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Clock } from "../platform/clock.ts";

/** A value that cannot be read by then is left out of the answer. */
const READ_MS = 1_000;
/** Requests: from an answer out of memory to one that waited for a marketplace. */
const REQUEST_SECONDS = [0.005, 0.025, 0.1, 0.5, 2.5, 10];
/** Jobs and calls to providers take from milliseconds to the longest time-out. */
const WORK_SECONDS = [0.05, 0.25, 1, 5, 15];

/** Labels of a request. `route` is a pattern, never a path, so that the series are few whatever is asked for. */
export interface RequestLabels {
  method: string;
  route: string;
  status: number;
}

/** The counters of one process and what is looked up when they are read; each instance keeps its own. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests = new Histogram({
    name: "waxwatch_http_request_duration_seconds",
    help: "Requests answered, by route pattern, and how long each took",
    labelNames: ["method", "route", "status"],
    buckets: REQUEST_SECONDS,
    registers: [this.#registry],
  });
  readonly #limited = new Counter({
    name: "waxwatch_rate_limited_total",
    help: "Requests refused, by budget",
    labelNames: ["scope"],
    registers: [this.#registry],
  });
  readonly #jobs = new Histogram({
    name: "waxwatch_job_duration_seconds",
    help: "Jobs worked, by kind and what they came to, and how long each took",
    labelNames: ["kind", "outcome"],
    buckets: WORK_SECONDS,
    registers: [this.#registry],
  });
  readonly #calls = new Histogram({
    name: "waxwatch_provider_call_duration_seconds",
    help: "Calls to providers, by status (none: no answer), and how long each took",
    labelNames: ["provider", "status"],
    buckets: WORK_SECONDS,
    registers: [this.#registry],
  });

  constructor({ clock }: { clock: Clock }) {
    const startedSeconds = clock.now().getTime() / 1000;
    this.addCounter("process_cpu_seconds_total", "User and system time", () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1_000_000;
    });
    this.addGauge("process_resident_memory_bytes", "Memory of the process", () => Deno.memoryUsage().rss);
    this.addGauge("process_heap_bytes", "Memory of objects", () => Deno.memoryUsage().heapUsed);
    this.addGauge("process_start_time_seconds", "When the process started", () => startedSeconds);
  }

  /** A request was answered. */
  countRequest({ method, route, status }: RequestLabels, seconds: number): void {
    this.#requests.observe({ method, route, status: String(status) }, seconds);
  }

  /** A request was refused because this budget is used up. */
  countLimited(scope: string): void {
    this.#limited.inc({ scope });
  }

  /** A job was worked. */
  countJob(labels: { kind: string; outcome: string }, seconds: number): void {
    this.#jobs.observe(labels, seconds);
  }

  /** A provider was called; null: it gave no answer. */
  countProviderCall(
    { provider, status }: { provider: string; status: number | null },
    seconds: number,
  ): void {
    this.#calls.observe({ provider, status: status === null ? "none" : String(status) }, seconds);
  }

  /** A value looked up at every reading, or several with one label; left out when that fails or takes too long. */
  addGauge(name: string, help: string, read: () => Reading | Promise<Reading>): void {
    new Gauge({
      name,
      help,
      labelNames: ["state"],
      registers: [this.#registry],
      async collect() {
        this.reset();
        for (const [labels, value] of await series(read)) this.set(labels, value);
      },
    });
  }

  /** As `addGauge`, for a value that only grows. */
  addCounter(name: string, help: string, read: () => number): void {
    new Counter({
      name,
      help,
      registers: [this.#registry],
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  }

  /** Everything, as Prometheus reads it. */
  async text(): Promise<{ type: string; body: string }> {
    return { type: this.#registry.contentType, body: await this.#registry.metrics() };
  }
}

/** A number, or numbers by the value of the label `state`. */
export type Reading = number | Readonly<Record<string, number>>;

async function series(read: () => Reading | Promise<Reading>): Promise<[Record<string, string>, number][]> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<Reading>((resolve) => timer = setTimeout(() => resolve({}), READ_MS));
  try {
    const reading = await Promise.race([read(), late]);
    if (typeof reading === "number") return [[{}, reading]];
    return Object.entries(reading).map(([state, value]) => [{ state }, value]);
  } catch {
    return [];
  } finally {
    clearTimeout(timer);
  }
}

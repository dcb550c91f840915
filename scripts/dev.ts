/**
 * `deno task dev [--watch]`: everything a developer needs in one command. Starts or attaches to Postgres, migrates,
 * runs the app, prints a ready token with copy-paste commands, and shows alerts as they happen. Ctrl-C ends it all.
 */
import { join } from "node:path";
import { openPool, startupFailureText } from "../src/platform/database.ts";
import { migrateUp } from "../src/platform/migrate.ts";
import { baseUrl, type DevConfig, readDevConfig, spawnApp, waitForPort, waitUntilReady } from "./dev_app.ts";
import { sayWelcome } from "./dev_banner.ts";
import { startDevDiscogs } from "./dev_discogs.ts";
import { type Alert, alertLine, ensureSampleRules, followAlerts, signIn } from "./dev_client.ts";
import { startLocalPostgres } from "./local_postgres.ts";
import { CannotStart, endChild, pause, runScript, say } from "./supervise.ts";

const PROJECT = join(import.meta.dirname!, "..");
const MIGRATIONS = join(PROJECT, "migrations");
/** Longer than the app's own drain, so that it is killed only when it hangs. */
const APP_GRACE_MS = 15_000;

await runScript(async (stop) => {
  const unknown = Deno.args.find((arg) => arg !== "--watch");
  if (unknown) throw new CannotStart(`deno task dev takes --watch, not ${JSON.stringify(unknown)}`);
  const config = readDevConfig(Deno.env.toObject());
  await waitForPort(config, stop);
  await using discogs = config.ownDiscogs ? startDevDiscogs() : null;
  const env = discogs?.env ?? {};
  if (config.databaseUrl) return await run(config, { databaseUrl: config.databaseUrl, env, stop });
  const postgres = await startLocalPostgres({ dir: join(config.dataDir, "postgres"), say });
  try {
    return await run(config, { databaseUrl: postgres.url, env, stop });
  } finally {
    await postgres.stop();
  }
});

/** Runs the app to its end and gives its exit code; with `--watch`, again after every change of the sources. */
async function run(config: DevConfig, { stop, ...around }: Surroundings): Promise<number> {
  const watching = Deno.args.includes("--watch");
  for (let first = true; !stop.aborted; first = false) {
    // Watched here and not by `deno run --watch`: its watcher outlives the app's exit and would be left behind.
    using sources = watching ? watchSources() : null;
    await migrate(around.databaseUrl);
    const outcome = await runOnce(config, { ...around, stop, changed: sources?.changed, first });
    if (typeof outcome === "number" && !sources) return outcome;
    if (typeof outcome === "number") {
      say("The app has ended; it starts again when a source changes");
      await Promise.race([sources?.changed, whenAborted(stop)]);
    }
  }
  return 0;
}

interface Surroundings {
  databaseUrl: string;
  /** Of the app, beside its own. */
  env: Readonly<Record<string, string>>;
  stop: AbortSignal;
}

interface Round extends Surroundings {
  /** Resolves when the app is to be started anew. */
  changed?: Promise<"changed"> | undefined;
  first: boolean;
}

/** Runs the app until it ends by itself (its exit code), is to stop, or is to be started anew; it has ended then. */
async function runOnce(config: DevConfig, round: Round): Promise<number | "stopped" | "changed"> {
  const app = spawnApp(config, round);
  const over = new AbortController();
  const guiding = guide(config, { signal: AbortSignal.any([round.stop, over.signal]), first: round.first });
  try {
    return await Promise.race([
      app.status.then(({ code }) => code),
      whenAborted(round.stop).then(() => "stopped" as const),
      ...(round.changed ? [round.changed] : []),
      // Only its failure ends the round.
      guiding.then(() => new Promise<never>(() => {})),
    ]);
  } finally {
    over.abort();
    await endChild(app, APP_GRACE_MS);
    await guiding.catch(() => {});
  }
}

/** What a newcomer sees: the banner once the app is ready, then every alert until `signal` is aborted. */
async function guide(
  config: DevConfig,
  { signal, first }: { signal: AbortSignal; first: boolean },
): Promise<void> {
  await waitUntilReady(config, signal);
  try {
    const session = await signIn(baseUrl(config), signal);
    const created = await ensureSampleRules(session, signal);
    if (first) sayWelcome(session, { createdRules: created, ownDiscogs: config.ownDiscogs });
    else say("The app is ready again");
    const onAlert = (alert: Alert) => say(alertLine(alert));
    await followAlerts(session, { signal, onAlert, fromStart: created > 0 });
  } catch (error) {
    // The app itself runs: a broken demo is told, and is no reason to end it.
    if (!signal.aborted) {
      say(`WaxWatch runs at ${baseUrl(config)}, without the demo: ${(error as Error).message}`);
    }
  }
}

async function migrate(databaseUrl: string): Promise<void> {
  try {
    await using pool = openPool({ url: databaseUrl, max: 2 });
    await migrateUp(pool, MIGRATIONS, { now: new Date() });
  } catch (cause) {
    // A migration that does not fit says so itself; everything else is about reaching the server.
    const own = cause instanceof Error && cause.message.startsWith("Cannot migrate");
    throw new CannotStart(own ? cause.message : startupFailureText(databaseUrl, cause), { cause });
  }
}

/** Resolves `changed` a moment after the first change, when an editor has written all its files. */
function watchSources(): { changed: Promise<"changed"> } & Disposable {
  const watcher = Deno.watchFs(
    ["src", "main.ts", "migrations", "deno.json"].map((name) => join(PROJECT, name)),
  );
  const changed = (async () => {
    for await (const event of watcher) {
      if (event.kind === "access") continue;
      await pause(150);
      return "changed" as const;
    }
    return await new Promise<never>(() => {});
  })();
  return { changed, [Symbol.dispose]: () => watcher[Symbol.dispose]() };
}

function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

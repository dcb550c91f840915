import { type Clock, systemClock } from "../platform/clock.ts";
import { openPool, pingDatabase, startupFailureText } from "../platform/database.ts";
import { Dispatcher } from "../platform/dispatcher.ts";
import { openDoorbell } from "../platform/doorbell.ts";
import { createCipher } from "../platform/encryption.ts";
import { errorText } from "../platform/errors.ts";
import { createHttpClient, type HttpClient } from "../platform/http_client.ts";
import { createLog, type Log } from "../platform/log.ts";
import { migrationStatus } from "../platform/migrate.ts";
import type { JobQueue } from "../platform/queue.ts";
import { openInlineQueue } from "../platform/queue_inline.ts";
import { kvAvailable, openKvQueue } from "../platform/queue_kv.ts";
import { RateLimiter } from "../platform/rate_limit.ts";
import type { Pool } from "../platform/sql.ts";
import { Turns } from "../platform/turns.ts";
import { CallerCache } from "../accounts/caller_cache.ts";
import { originsOf } from "../accounts/check_origin.ts";
import { createCookieJar } from "../accounts/cookies.ts";
import type { Mailer } from "../accounts/mailer.ts";
import { PasswordHasher, type ScryptCost } from "../accounts/password_hasher.ts";
import { MAX_ACCOUNT_MAILS } from "../accounts/send_account_mail.ts";
import { createJwtVerifier } from "../accounts/verify_jwt.ts";
import { RuleCache } from "../alerts/rule_cache.ts";
import { type Channel, type Channels, MAX_CONCURRENT_SENDS } from "../notifications/channels/contract.ts";
import { createMailer } from "../notifications/channels/email/account_mailer.ts";
import { createEmailChannel } from "../notifications/channels/email/email_channel.ts";
import { createLogTransport } from "../notifications/channels/email/log_transport.ts";
import { createSmtpTransport } from "../notifications/channels/email/smtp_transport.ts";
import type { MailTransport } from "../notifications/channels/email/transport.ts";
import { StreamHub } from "../notifications/stream.ts";
import { PlanLooks } from "../polls/plan_missing.ts";
import { openRateBook } from "../pricing/rate_book.ts";
import { RateFeed } from "../pricing/rate_feed.ts";
import { openDiscogsCatalogue } from "../providers/discogs/catalogue_store.ts";
import { createDiscogsLinking } from "../providers/discogs/linking.ts";
import { createDiscogsUserLists } from "../providers/discogs/user_lists.ts";
import { createDiscogsProvider } from "../providers/discogs/provider.ts";
import { EbayApi } from "../providers/ebay/api.ts";
import { createEbayProvider } from "../providers/ebay/provider.ts";
import { EbayPublicKeys } from "../providers/ebay/public_keys.ts";
import { isSignedByEbay } from "../providers/ebay/verify_notice.ts";
import { createRegistry, type ProviderEntry } from "../providers/registry.ts";
import { createSimulatedMarket } from "../providers/simulated/market.ts";
import { SEARCH_DEADLINE_MS } from "../search/read_groups.ts";
import { Readings } from "../search/readings.ts";
import { declareSharedSources } from "../sources/share_sources.ts";
import type { Config } from "./config.ts";
import { createJobHandler, JOB_CONCURRENCY, workSources } from "./jobs.ts";
import { measureProvider, measureService } from "./measure.ts";
import { Metrics } from "./metrics.ts";
import { describeProviders, openSources } from "./open_sources.ts";

/** The service cannot start; the message is the one sentence to print. */
export class StartError extends Error {
  override readonly name = "StartError";
}

/** Rows it holds beside: at a second a job the last one waits for half its lease. */
const MAX_OUTSTANDING = 4 * JOB_CONCURRENCY;
/** Connections of the pool; jobs and requests share them. */
const POOL_SIZE = 20;
/** Alerts and account mails each have connections that the other cannot take. */
const MAIL_CONNECTIONS = MAX_CONCURRENT_SENDS + MAX_ACCOUNT_MAILS;
/** How outbound requests say who asks. */
const USER_AGENT = "WaxWatch/1.0";
const MIGRATIONS = new URL("../../migrations", import.meta.url).pathname;

/** Everything a running process consists of; disposing ends it in reverse order of making. */
export type Deps = Awaited<ReturnType<typeof compose>>;

/** What main.ts, worker.ts and tests build differently. */
export interface ComposeOptions {
  /** Starts the dispatcher and the queue in this process. */
  worksJobs: boolean;
  /** Default: this machine's. */
  clock?: Clock;
  log?: Log;
  /** Default: what is right for people's passwords; tests take a cheaper one. */
  passwordCost?: ScryptCost;
}

/**
 * Builds the service that `config` describes.
 * @throws {StartError} when the database does not answer or its schema is not this version's
 */
export async function compose(config: Config, options: ComposeOptions) {
  await using stack = new AsyncDisposableStack();
  const clock = options.clock ?? systemClock;
  const log = options.log ??
    createLog({ format: config.logFormat, level: config.logLevel, now: () => clock.now() });
  const sql = stack.use(
    openPool({ url: config.databaseUrl, max: POOL_SIZE, applicationName: "waxwatch", log }),
  );
  await requireSchema(sql, config.databaseUrl);
  const doorbell = stack.use(openDoorbell(sql, { log }));
  const metrics = new Metrics({ clock });
  const http = createHttpClient({ userAgent: USER_AGENT });
  const ebay = openEbay(config, { http, clock });
  const added = openSources(stack, config, { sql, clock, metrics, http, userAgent: USER_AGENT });
  const providers = createRegistry(
    providerEntries(config, { sql, clock, http, ebay }).map((entry) => measureProvider(entry, metrics)),
    added.sourceFamilies,
  );
  const shown = describeProviders(providers, { sql, ...added });
  const streams = stack.use(new StreamHub({ sql, clock, doorbell, log, ...shown }));
  const rates = stack.use(await openRateBook({ sql, clock, log }, { allowOldSeed: config.isDevLike }));
  const mails = openMails(stack, config, log);
  const channels: Channels = new Map(mails.channels.map((channel) => [channel.kind, stack.use(channel)]));
  const core = {
    sql,
    clock,
    log,
    doorbell,
    providers,
    ...shown,
    streams,
    hasher: new PasswordHasher(options.passwordCost),
    callers: stack.use(new CallerCache({ clock, doorbell })),
    cookies: createCookieJar(config),
    ownOrigins: { origins: originsOf([config.publicUrl, ...config.corsOrigins]) },
    isRegistrationOpen: config.isRegistrationOpen,
    jwt: openJwtVerifier(stack, config, { clock, log, http }),
    rates,
    rateFeed: stack.use(new RateFeed({ sql, clock, log, http, rates }, { url: config.fxUrl })),
    channels,
    mailer: mails.mailer,
    ...openLinking(config, { http, clock }),
    metrics,
    ...openEdge(config, { sql, clock, log }),
    publicUrl: config.publicUrl,
    providerRequestDays: config.providerRequestDays,
    ...openEbayNotices(config, { api: ebay, sql, log }),
    isDevLike: config.isDevLike,
    allowDisabledSources: config.isDevLike,
    ...openMemory(clock),
    ...added,
    searchDeadlineMs: SEARCH_DEADLINE_MS,
  };
  // Before the first job: an offer judged without rates is not judged again until it changes.
  if (options.worksJobs) await core.rateFeed.start();
  const jobs = options.worksJobs ? await startJobs(stack, core, config) : { queue: null, dispatcher: null };
  measureService({ ...core, ...jobs });
  const owned = stack.move();
  return { ...core, ...jobs, [Symbol.asyncDispose]: () => owned[Symbol.asyncDispose]() };
}

/** What users' own accounts at marketplaces need. */
function openLinking(config: Config, deps: { http: HttpClient; clock: Clock }) {
  return {
    cipher: createCipher(config.encryptionKeys),
    linking: createDiscogsLinking({ ...deps, config: config.discogs }),
    userLists: createDiscogsUserLists({ ...deps, config: config.discogs }),
  };
}

/** What a process knows for itself. */
function openMemory(clock: Clock) {
  return {
    rules: new RuleCache(),
    turns: new Turns(),
    readings: new Readings({ clock }),
    ruleLooks: new PlanLooks(),
    releaseLooks: new PlanLooks(),
  };
}

/** What stands between the network and the routes. */
function openEdge(config: Config, deps: { sql: Pool; clock: Clock; log: Log }) {
  const { rateLimitEnabled, rateLimitScale, trustedProxies, corsOrigins, metricsToken } = config;
  const limiter = rateLimitEnabled ? new RateLimiter(deps) : null;
  return { limiter, rateLimitScale, trustedProxies, corsOrigins, metricsToken };
}

type Core = Omit<Parameters<typeof createJobHandler>[0], "log"> & {
  log: Log;
  doorbell: ReturnType<typeof openDoorbell>;
};

async function startJobs(stack: AsyncDisposableStack, core: Core, config: Config) {
  await declareSharedSources(core, config.sharedSources);
  const queue: JobQueue = stack.use(await openQueue(config, core.log));
  const dispatcher = stack.use(
    new Dispatcher({ ...core, queue, sources: workSources(core), maxOutstanding: MAX_OUTSTANDING }),
  );
  queue.listen(createJobHandler(core, dispatcher), { concurrency: JOB_CONCURRENCY });
  dispatcher.start();
  return { queue, dispatcher };
}

async function openQueue(config: Config, log: Log): Promise<JobQueue> {
  if (config.jobBroker === "inline") return openInlineQueue({ log });
  if (kvAvailable()) return await openQueueFiles(config.kvPath, log);
  log.warn("Deno KV is not available here; jobs are handed over inside the process", {
    job_broker: "inline",
  });
  return openInlineQueue({ log });
}

async function openQueueFiles(dir: string, log: Log): Promise<JobQueue> {
  try {
    return await openKvQueue({ dir, log });
  } catch (error) {
    throw new StartError(`Cannot start: KV_PATH ${dir} cannot be written (${errorText(error)})`, {
      cause: error,
    });
  }
}

function openJwtVerifier(
  stack: AsyncDisposableStack,
  { oidc }: Config,
  deps: { clock: Clock; log: Log; http: HttpClient },
) {
  if (oidc.issuers.length === 0) return null;
  return stack.use(createJwtVerifier(deps, oidc));
}

/** What carries mails: alerts, and those about accounts. Nothing without a server outside development. */
function openMails(
  stack: AsyncDisposableStack,
  config: Config,
  log: Log,
): { channels: Channel[]; mailer: Mailer | null } {
  const transport = openMailTransport(config, log);
  if (!transport) return { channels: [], mailer: null };
  const mails = { transport: stack.use(transport), from: config.mailFrom };
  return { channels: [createEmailChannel(mails)], mailer: createMailer(mails) };
}

function openMailTransport({ smtpUrl, isDevLike }: Config, log: Log): MailTransport | null {
  if (smtpUrl) return createSmtpTransport({ url: smtpUrl, maxConnections: MAIL_CONNECTIONS });
  return isDevLike ? createLogTransport({ log }) : null;
}

/** The application at eBay; without credentials nobody asks it. */
function openEbay(
  { ebay: { credentials, deletion: _deletion, ...config } }: Config,
  deps: { http: HttpClient; clock: Clock },
) {
  const { clientId = "", clientSecret = "" } = credentials ?? {};
  return new EbayApi({ ...deps, config: { ...config, clientId, clientSecret } });
}

/** What the links to eBay and its notices need. */
function openEbayNotices(
  { ebay: { campaignId, deletion } }: Config,
  deps: { api: EbayApi; sql: Pool; log: Log },
) {
  const keys = new EbayPublicKeys(deps);
  return {
    ebayCampaignId: campaignId,
    ebayDeletion: deletion,
    isSignedByEbay: (notice: { signature: string | null; body: Uint8Array }) => isSignedByEbay(keys, notice),
  };
}

function providerEntries(
  config: Config,
  { sql, clock, http, ebay }: { sql: Pool; clock: Clock; http: HttpClient; ebay: EbayApi },
): ProviderEntry[] {
  const entries: ProviderEntry[] = [{
    provider: createEbayProvider(ebay),
    enabled: config.ebay.credentials !== null,
    disabledReason: "EBAY_CLIENT_ID and EBAY_CLIENT_SECRET are not set",
  }, {
    provider: createDiscogsProvider({
      http,
      clock,
      config: config.discogs,
      catalogue: openDiscogsCatalogue(sql),
    }),
    enabled: config.discogs.credentials !== null,
    disabledReason: "neither DISCOGS_TOKEN nor DISCOGS_CONSUMER_KEY and DISCOGS_CONSUMER_SECRET are set",
  }];
  if (config.isDevLike) {
    entries.push({
      provider: createSimulatedMarket({ clock, seed: 1 }),
      enabled: config.simulatedMarket,
      disabledReason: "SIMULATED_MARKET is not true",
    });
  }
  return entries;
}

async function requireSchema(sql: Pool, url: string): Promise<void> {
  try {
    await pingDatabase(sql, 5_000);
  } catch (error) {
    throw new StartError(`Cannot start: DATABASE_URL does not work. ${startupFailureText(url, error)}`, {
      cause: error,
    });
  }
  const wrong = (await migrationStatus(sql, MIGRATIONS)).filter((one) => one.state !== "applied");
  if (wrong.length === 0) return;
  const names = wrong.map((one) => `${one.version} ${one.name} is ${one.state}`).join(", ");
  throw new StartError(
    `Cannot start: the database schema is not this version's (${names}); run the task migrate`,
  );
}

import { z } from "zod";
import { type EncryptionKey, parseEncryptionKeys } from "../platform/encryption.ts";
import { NOBODY, parseTrustedProxies, type TrustedProxies } from "../platform/client_address.ts";
import { errorText } from "../platform/errors.ts";
import { type GuardPolicy, problemOfUrl } from "../platform/guarded_client.ts";
import { LOG_LEVELS } from "../platform/log.ts";
import { parseSender, type Sender } from "../notifications/channels/sender.ts";
import { ConfigError, url } from "./config_error.ts";
import { parseSharedSources, type SharedSource } from "../sources/shared_schema.ts";
import { type EbaySettings, ebaySettings, ebayVariables } from "./ebay_config.ts";
import { parseOrigins } from "./edge/cors.ts";

export { ConfigError };

/** Environments in which dev routes, minted tokens and the simulated market exist. */
const DEV_LIKE = ["dev", "test", "local"];

/** One day of reference rates; robots.txt asks for five seconds between two calls. */
const ECB_DAILY_URL = "https://www.ecb.europa.eu/stats/eurofxref/eurofxref-daily.xml";

const flag = z.enum(["true", "false"], { error: (issue) => `is true or false, not "${issue.input}"` })
  .transform((text) => text === "true");

/** Comma-separated; an empty entry stays, so that two lists can run in parallel. */
const list = z.string().transform((text) => text.split(",").map((one) => one.trim()));
/** A credential that is sent in a header; anything else in it would break the header, or be a pasted mistake. */
const headerValue = (variable: string) =>
  z.string().trim().regex(/^[\x21-\x7e]+$/, { error: () => `${variable} has a character no credential has` });

/** What development encrypts with when it is told nothing: everybody knows it, so that a restart can still read. */
const DEVELOPMENT_KEYS: EncryptionKey[] = [{
  id: "development",
  bytes: new TextEncoder().encode("no secret: for development alone"),
}];
/** What `parse` reads of the text; what it throws says which entry is wrong, and of secrets never what it holds. */
const parsed = <T>(variable: string, parse: (text: string) => T) =>
  z.string().transform((text, context): T => {
    try {
      return parse(text);
    } catch (error) {
      context.addIssue({ code: "custom", message: `${variable}: ${errorText(error)}` });
      return z.NEVER;
    }
  });

const variables = z.object({
  ENVIRONMENT: z.enum(["production", "staging", "dev", "test", "local"]).default("production"),
  HOST: z.string().min(1).optional(),
  PORT: z.string().regex(/^\d{1,5}$/).transform(Number).refine((port) => port <= 65_535).default(8000),
  ROLE: z.enum(["all", "api"]).default("all"),
  WAXWATCH_PARENT_PIPE: z.enum(["0", "1"]).default("0"),
  DATABASE_URL: url("DATABASE_URL", ["postgres:", "postgresql:"]),
  DATA_DIR: z.string().min(1).default(".data"),
  KV_PATH: z.string().min(1).optional(),
  JOB_BROKER: z.enum(["kv", "inline"]).default("kv"),
  LOG_FORMAT: z.enum(["json", "pretty"]).default("json"),
  LOG_LEVEL: z.enum(LOG_LEVELS).default("info"),
  OIDC_ISSUER: list.optional(),
  OIDC_JWKS_URL: list.optional(),
  OIDC_AUDIENCE: list.optional(),
  REGISTRATION: z.enum(["open", "closed"]).default("open"),
  ENCRYPTION_KEYS: parsed("ENCRYPTION_KEYS", parseEncryptionKeys).optional(),
  SOURCE_ADDRESSES: parsed("SOURCE_ADDRESSES", parseTrustedProxies).optional(),
  SHARED_SOURCES: parsed("SHARED_SOURCES", parseSharedSources).optional(),
  TRUSTED_PROXIES: parsed("TRUSTED_PROXIES", parseTrustedProxies).optional(),
  CORS_ORIGINS: parsed("CORS_ORIGINS", parseOrigins).optional(),
  RATE_LIMIT_ENABLED: flag.default(true),
  RATE_LIMIT_SCALE: z.string().regex(/^\d{1,6}(\.\d{1,3})?$/).transform(Number).refine((scale) => scale > 0)
    .default(1),
  METRICS_TOKEN: headerValue("METRICS_TOKEN").optional(),
  PROVIDER_REQUEST_DAYS: z.string().regex(/^\d{1,4}$/).transform(Number).refine((days) =>
    days >= 1 && days <= 3_650
  ).default(30),
  SIMULATED_MARKET: flag.optional(),
  FX_URL: url("FX_URL", ["https:", "http:"]).optional(),
  PUBLIC_URL: url("PUBLIC_URL", ["https:", "http:"]).optional(),
  SMTP_URL: url("SMTP_URL", ["smtp:", "smtps:"]).optional(),
  MAIL_FROM: z.string().refine((text) => parseSender(text) !== null).optional(),
  DISCOGS_API_URL: url("DISCOGS_API_URL", ["https:", "http:"]).default("https://api.discogs.com"),
  DISCOGS_AUTHORIZE_URL: url("DISCOGS_AUTHORIZE_URL", ["https:", "http:"])
    .default("https://www.discogs.com/oauth/authorize"),
  DISCOGS_USER_AGENT: z.string().regex(/^[\x20-\x7e]{1,200}$/).default("WaxWatch/1.0"),
  DISCOGS_TOKEN: headerValue("DISCOGS_TOKEN").optional(),
  DISCOGS_CONSUMER_KEY: headerValue("DISCOGS_CONSUMER_KEY").optional(),
  DISCOGS_CONSUMER_SECRET: headerValue("DISCOGS_CONSUMER_SECRET").optional(),
  DISCOGS_CALLS_PER_MINUTE: z.string().regex(/^\d{1,3}$/).transform(Number).refine((calls) =>
    calls >= 5 && calls <= 60
  ).default(50),
  ...ebayVariables,
});

/** Everything the service can be told from outside, checked. */
export interface Config {
  environment: string;
  /** Dev routes, minted tokens and the simulated market may exist. */
  isDevLike: boolean;
  host: string;
  port: number;
  role: "all" | "api";
  /** A supervisor holds our stdin: its end is ours. */
  parentPipe: boolean;
  databaseUrl: string;
  kvPath: string;
  jobBroker: "kv" | "inline";
  logFormat: "json" | "pretty";
  logLevel: (typeof LOG_LEVELS)[number];
  /** No issuers: only tokens of this service are accepted. UUID subjects of the first one are user ids. */
  oidc: { issuers: { issuer: string; jwksUrl: string | null }[]; audiences: string[] };
  /** New accounts are taken. */
  isRegistrationOpen: boolean;
  /** The first encrypts, all decrypt. None: nothing that has to be encrypted can be kept. */
  encryptionKeys: readonly EncryptionKey[];
  /** Addresses beside the public ones that added shops and feeds may have; development alone. */
  sourceAddresses: TrustedProxies;
  /** Shops, feeds and sellers that everybody may watch; none: what was shared before is no more. */
  sharedSources: readonly SharedSource[];
  /** Whose word on a client's address is taken. */
  trustedProxies: TrustedProxies;
  /** Origins of other sites whose pages may use the API for whoever is logged in. */
  corsOrigins: readonly string[];
  rateLimitEnabled: boolean;
  /** What every rate limit is multiplied with, the same in all processes. */
  rateLimitScale: number;
  /** Null: in production metrics are for this machine alone. */
  metricsToken: string | null;
  /** How long calls to providers stay in the request log. */
  providerRequestDays: number;
  simulatedMarket: boolean;
  /** An ECB rates file; null: rates are not fetched (tests call nobody unless told to). */
  fxUrl: string | null;
  /** Where people reach this installation, in links of messages; no slash at the end. */
  publicUrl: string;
  /** Null: no mail server. Development prints mails, elsewhere e-mail is off. */
  smtpUrl: string | null;
  mailFrom: Sender;
  discogs: {
    apiUrl: string;
    userAgent: string;
    /** Null: Discogs is known but disabled. */
    credentials: { kind: "token"; token: string } | { kind: "key"; key: string; secret: string } | null;
    authorizeUrl: string;
    /** Null: no application, so users cannot link their accounts by OAuth. */
    consumer: { key: string; secret: string } | null;
    callsPerMinute: number;
  };
  ebay: EbaySettings;
}

/**
 * Reads and checks the environment; the only reader of it. An empty variable counts as absent.
 * @throws {ConfigError} naming the first variable that is missing or wrong; never shows a value that may be secret
 */
export function readConfig(env: Record<string, string> = Deno.env.toObject()): Config {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value.trim() !== ""));
  const result = variables.safeParse(present);
  if (!result.success) throw new ConfigError(explain(result.error.issues[0]!, present));
  const read = result.data;
  const isDevLike = DEV_LIKE.includes(read.ENVIRONMENT);
  const simulatedMarket = read.SIMULATED_MARKET ?? read.ENVIRONMENT === "dev";
  if (simulatedMarket && !isDevLike) {
    throw new ConfigError(`SIMULATED_MARKET is true, which ENVIRONMENT ${read.ENVIRONMENT} does not allow`);
  }
  if (read.SOURCE_ADDRESSES && !isDevLike) {
    throw new ConfigError(`SOURCE_ADDRESSES is set, which ENVIRONMENT ${read.ENVIRONMENT} does not allow`);
  }
  const sourceAddresses = read.SOURCE_ADDRESSES ?? NOBODY;
  const host = read.HOST ?? (read.ENVIRONMENT === "dev" ? "127.0.0.1" : "0.0.0.0");
  const mail = mailConfig(read, { isDevLike, host });
  return {
    environment: read.ENVIRONMENT,
    isDevLike,
    host,
    port: read.PORT,
    role: read.ROLE,
    parentPipe: read.WAXWATCH_PARENT_PIPE === "1",
    databaseUrl: read.DATABASE_URL,
    kvPath: read.KV_PATH ?? `${read.DATA_DIR}/queue`,
    jobBroker: read.JOB_BROKER,
    logFormat: read.LOG_FORMAT,
    logLevel: read.LOG_LEVEL,
    oidc: oidcOf(read),
    isRegistrationOpen: read.REGISTRATION === "open",
    encryptionKeys: read.ENCRYPTION_KEYS ?? (isDevLike ? DEVELOPMENT_KEYS : []),
    sourceAddresses,
    sharedSources: allowedSources(read.SHARED_SOURCES ?? [], {
      allowsPlain: isDevLike,
      allowed: sourceAddresses,
    }),
    trustedProxies: read.TRUSTED_PROXIES ?? NOBODY,
    corsOrigins: read.CORS_ORIGINS ?? [],
    rateLimitEnabled: read.RATE_LIMIT_ENABLED,
    rateLimitScale: read.RATE_LIMIT_SCALE,
    metricsToken: read.METRICS_TOKEN ?? null,
    providerRequestDays: read.PROVIDER_REQUEST_DAYS,
    simulatedMarket,
    fxUrl: read.FX_URL ?? (read.ENVIRONMENT === "test" ? null : ECB_DAILY_URL),
    ...mail,
    discogs: {
      apiUrl: read.DISCOGS_API_URL,
      userAgent: read.DISCOGS_USER_AGENT,
      credentials: discogsCredentials(read),
      authorizeUrl: read.DISCOGS_AUTHORIZE_URL,
      consumer: discogsConsumer(read),
      callsPerMinute: read.DISCOGS_CALLS_PER_MINUTE,
    },
    ebay: ebaySettings(read, { isDevLike, publicUrl: mail.publicUrl }),
  };
}

/** @throws {ConfigError} naming the first entry that may not be asked */
function allowedSources(entries: readonly SharedSource[], policy: GuardPolicy): readonly SharedSource[] {
  for (const [index, { url }] of entries.entries()) {
    const problem = problemOfUrl(new URL(url), policy);
    if (problem !== null) throw new ConfigError(`SHARED_SOURCES: entry ${index + 1}: ${problem}`);
  }
  return entries;
}

function oidcOf(read: z.infer<typeof variables>): Config["oidc"] {
  const { OIDC_ISSUER: issuers, OIDC_JWKS_URL: urls, OIDC_AUDIENCE: audiences } = read;
  if (!issuers) {
    const alone = urls ? "OIDC_JWKS_URL" : audiences ? "OIDC_AUDIENCE" : null;
    if (alone) throw new ConfigError(`OIDC_ISSUER is missing, and ${alone} is set`);
    return { issuers: [], audiences: [] };
  }
  // Without it, tokens that the issuer made for any other service would open accounts here.
  if (!audiences) throw new ConfigError("OIDC_AUDIENCE is missing, and OIDC_ISSUER is set");
  if (audiences.includes("")) throw new ConfigError("OIDC_AUDIENCE has an empty entry");
  if (new Set(issuers).size < issuers.length) throw new ConfigError("OIDC_ISSUER names an issuer twice");
  if (urls && urls.length !== issuers.length) {
    throw new ConfigError(
      `OIDC_JWKS_URL has ${urls.length} entries, and OIDC_ISSUER ${issuers.length}: leave an entry empty to derive it`,
    );
  }
  issuers.forEach((one, index) => requireWebUrl("OIDC_ISSUER", one, { index, isBare: true }));
  urls?.forEach((one, index) => one && requireWebUrl("OIDC_JWKS_URL", one, { index, isBare: false }));
  return {
    issuers: issuers.map((issuer, index) => ({ issuer, jwksUrl: urls?.[index] || null })),
    audiences,
  };
}

/** @throws {ConfigError} naming the entry, never its text: a URL may hold a password */
function requireWebUrl(variable: string, text: string, entry: { index: number; isBare: boolean }): void {
  const parsed = URL.parse(text);
  const where = `${variable}: entry ${entry.index + 1}`;
  if (!parsed || !["https:", "http:"].includes(parsed.protocol)) {
    throw new ConfigError(`${where} is not a URL that begins with https:// or http://`);
  }
  if (entry.isBare && (parsed.search || parsed.hash || parsed.username)) {
    throw new ConfigError(`${where} has a query, a fragment or a user name, which an issuer cannot have`);
  }
}

/** Mails to strangers need a sender and links that work: outside development both are asked for with the server. */
function mailConfig(
  read: z.infer<typeof variables>,
  { isDevLike, host }: { isDevLike: boolean; host: string },
): Pick<Config, "publicUrl" | "smtpUrl" | "mailFrom"> {
  const { SMTP_URL: smtpUrl = null, MAIL_FROM: from, PUBLIC_URL: url } = read;
  if (smtpUrl && !from) throw new ConfigError("MAIL_FROM is missing, and SMTP_URL is set");
  if (smtpUrl && !url && !isDevLike) throw new ConfigError("PUBLIC_URL is missing, and SMTP_URL is set");
  // safe: the schema has parsed it
  const mailFrom = parseSender(from ?? "WaxWatch <alerts@waxwatch.invalid>")!;
  return { publicUrl: (url ?? `http://${host}:${read.PORT}`).replace(/\/+$/, ""), smtpUrl, mailFrom };
}

/** A personal token is as good as an application's key; where both are set the token is used. */
function discogsCredentials(read: z.infer<typeof variables>): Config["discogs"]["credentials"] {
  const consumer = discogsConsumer(read);
  if (read.DISCOGS_TOKEN) return { kind: "token", token: read.DISCOGS_TOKEN };
  return consumer && { kind: "key", ...consumer };
}

function discogsConsumer(read: z.infer<typeof variables>): Config["discogs"]["consumer"] {
  const { DISCOGS_CONSUMER_KEY: key, DISCOGS_CONSUMER_SECRET: secret } = read;
  if (key && secret) return { key, secret };
  if (key) throw new ConfigError("DISCOGS_CONSUMER_SECRET is missing, and DISCOGS_CONSUMER_KEY is set");
  if (secret) throw new ConfigError("DISCOGS_CONSUMER_KEY is missing, and DISCOGS_CONSUMER_SECRET is set");
  return null;
}

/** Variables whose value may be a secret, or hold one. */
const SECRET = /_URL$|SECRET|TOKEN|KEY/;

function explain(issue: z.core.$ZodIssue, env: Record<string, string>): string {
  const variable = String(issue.path[0]);
  const value = env[variable];
  if (value === undefined) return `${variable} is missing`;
  if (issue.message.startsWith(variable)) return issue.message;
  const shown = SECRET.test(variable) ? "" : `, not "${value}"`;
  if (issue.code === "invalid_value") return `${variable} is one of ${issue.values.join(", ")}${shown}`;
  return `${variable} is not valid${shown ? `: "${value}"` : ""}`;
}

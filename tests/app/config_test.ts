import assert from "node:assert/strict";
import { ConfigError, readConfig } from "../../src/app/config.ts";

const MINIMUM = { DATABASE_URL: "postgres://app:secret@127.0.0.1/app" };

Deno.test("readConfig() needs DATABASE_URL alone and is careful by default", () => {
  const config = readConfig(MINIMUM);
  assert.deepEqual(
    [
      config.environment,
      config.isDevLike,
      config.host,
      config.port,
      config.role,
      config.jobBroker,
      config.simulatedMarket,
    ],
    ["production", false, "0.0.0.0", 8000, "all", "kv", false],
  );
  assert.equal(config.kvPath, ".data/queue");
  assert.equal(config.ebay.credentials, null);
});

Deno.test("readConfig() in dev listens on loopback and has the simulated market, unless told otherwise", () => {
  const dev = readConfig({ ...MINIMUM, ENVIRONMENT: "dev" });
  assert.deepEqual([dev.host, dev.simulatedMarket, dev.isDevLike], ["127.0.0.1", true, true]);
  const told = readConfig({ ...MINIMUM, ENVIRONMENT: "dev", HOST: "::1", SIMULATED_MARKET: "false" });
  assert.deepEqual([told.host, told.simulatedMarket], ["::1", false]);
});

Deno.test("readConfig() takes an empty variable for an absent one", () => {
  assert.equal(readConfig({ ...MINIMUM, PORT: "", EBAY_CLIENT_ID: " " }).port, 8000);
});

Deno.test("readConfig() trusts no proxy, opens to no origin and limits rates, unless told otherwise", () => {
  const careful = readConfig(MINIMUM);
  assert.deepEqual(
    [
      careful.trustedProxies.has("127.0.0.1"),
      careful.corsOrigins,
      careful.rateLimitEnabled,
      careful.rateLimitScale,
      careful.metricsToken,
    ],
    [false, [], true, 1, null],
  );
  const told = readConfig({
    ...MINIMUM,
    TRUSTED_PROXIES: "127.0.0.1, fd00::/8",
    CORS_ORIGINS: "https://app.example.com, http://localhost:5173",
    RATE_LIMIT_ENABLED: "false",
    RATE_LIMIT_SCALE: "0.5",
    METRICS_TOKEN: "s3cret",
  });
  assert.deepEqual(["127.0.0.1", "fd12::1", "127.0.0.2"].map((one) => told.trustedProxies.has(one)), [
    true,
    true,
    false,
  ]);
  assert.deepEqual(
    [told.corsOrigins, told.rateLimitEnabled, told.rateLimitScale, told.metricsToken],
    [["https://app.example.com", "http://localhost:5173"], false, 0.5, "s3cret"],
  );
});

Deno.test("readConfig() makes the address of eBay's notices of PUBLIC_URL, or takes the one that was registered", () => {
  const deletionOf = (env: Record<string, string>) => readConfig({ ...MINIMUM, ...env }).ebay.deletion;
  assert.equal(deletionOf({}), null);
  const token = `${"x".repeat(78)}_-`;
  const told = { EBAY_VERIFICATION_TOKEN: token, PUBLIC_URL: "https://wax.example/" };
  const endpoint = "https://wax.example/api/webhooks/ebay/account-deletion";
  assert.deepEqual(deletionOf(told), { token, endpoint });
  const registered = "https://hooks.example/ebay";
  assert.deepEqual(deletionOf({ ...told, EBAY_DELETION_ENDPOINT: registered }), {
    token,
    endpoint: registered,
  });
});

Deno.test("readConfig() keeps calls to providers for 30 days, or from one to 3,650", () => {
  const daysOf = (env: Record<string, string>) => readConfig({ ...MINIMUM, ...env }).providerRequestDays;
  const told = ["1", "3650"].map((days) => daysOf({ PROVIDER_REQUEST_DAYS: days }));
  assert.deepEqual([daysOf({}), ...told], [30, 1, 3_650]);
});

/** Variables that stop the start, and what the sentence says. */
const REFUSED: [Record<string, string>, RegExp][] = [
  [{ DATABASE_URL: "" }, /^DATABASE_URL is missing$/],
  [
    { DATABASE_URL: "mysql://app:secret@host/db" },
    /^DATABASE_URL is not a URL that begins with postgres:\/\//,
  ],
  [{ PORT: "70000" }, /^PORT is not valid: "70000"$/],
  [{ PORT: "80a" }, /^PORT is not valid: "80a"$/],
  [{ ENVIRONMENT: "prod" }, /^ENVIRONMENT is one of production, .*, not "prod"$/],
  [{ ROLE: "worker" }, /^ROLE is one of all, api, not "worker"$/],
  [{ JOB_BROKER: "redis" }, /^JOB_BROKER is one of kv, inline, not "redis"$/],
  [{ LOG_LEVEL: "loud" }, /^LOG_LEVEL is one of debug, info, warn, error, not "loud"$/],
  [{ SIMULATED_MARKET: "yes" }, /^SIMULATED_MARKET is one of true, false, not "yes"$/],
  [{ SIMULATED_MARKET: "true" }, /^SIMULATED_MARKET is true, which ENVIRONMENT production does not allow$/],
  [{ TRUSTED_PROXIES: "10.0.0.1, proxy" }, /^TRUSTED_PROXIES: "proxy" is neither an address nor a block/],
  [{ TRUSTED_PROXIES: "10.0.0.0/33" }, /^TRUSTED_PROXIES: "10\.0\.0\.0\/33" is neither/],
  [{ CORS_ORIGINS: "*" }, /^CORS_ORIGINS: "\*" would let every site act/],
  [
    { CORS_ORIGINS: "https://a.example,https://b.example/" },
    /^CORS_ORIGINS: "https:\/\/b\.example\/" is not an origin/,
  ],
  [{ CORS_ORIGINS: "https://a.example:443" }, /^CORS_ORIGINS: .* is not an origin/],
  [{ CORS_ORIGINS: "null" }, /^CORS_ORIGINS: "null" is not an origin/],
  [{ CORS_ORIGINS: "a.example" }, /^CORS_ORIGINS: .* is not an origin/],
  [{ RATE_LIMIT_ENABLED: "no" }, /^RATE_LIMIT_ENABLED is one of true, false, not "no"$/],
  [{ RATE_LIMIT_SCALE: "0" }, /^RATE_LIMIT_SCALE is not valid: "0"$/],
  [{ RATE_LIMIT_SCALE: "-1" }, /^RATE_LIMIT_SCALE is not valid: "-1"$/],
  [{ PROVIDER_REQUEST_DAYS: "0" }, /^PROVIDER_REQUEST_DAYS is not valid: "0"$/],
  [{ PROVIDER_REQUEST_DAYS: "3651" }, /^PROVIDER_REQUEST_DAYS is not valid: "3651"$/],
  [{ PROVIDER_REQUEST_DAYS: "1.5" }, /^PROVIDER_REQUEST_DAYS is not valid: "1.5"$/],
  [{ PROVIDER_REQUEST_DAYS: "forever" }, /^PROVIDER_REQUEST_DAYS is not valid: "forever"$/],
  [{ METRICS_TOKEN: "a b" }, /^METRICS_TOKEN has a character no credential has$/],
  [{ EBAY_CLIENT_ID: "x" }, /^EBAY_CLIENT_SECRET is missing, and EBAY_CLIENT_ID is set$/],
  [{ EBAY_CLIENT_SECRET: "x" }, /^EBAY_CLIENT_ID is missing, and EBAY_CLIENT_SECRET is set$/],
  [{ EBAY_API_URL: "api.ebay.com" }, /^EBAY_API_URL is not a URL/],
  [{ EBAY_MARKETPLACE: "US" }, /^EBAY_MARKETPLACE is not valid: "US"$/],
  [{ EBAY_CALLS_PER_DAY: "99" }, /^EBAY_CALLS_PER_DAY is not valid: "99"$/],
  [{ EBAY_CAMPAIGN_ID: "12" }, /^EBAY_CAMPAIGN_ID is not valid: "12"$/],
  [
    { EBAY_VERIFICATION_TOKEN: `secret@${"x".repeat(40)}` },
    /^EBAY_VERIFICATION_TOKEN is not 32 to 80 letters, digits, underscores and hyphens$/,
  ],
  [{ EBAY_VERIFICATION_TOKEN: "x".repeat(31) }, /^EBAY_VERIFICATION_TOKEN is not 32 to 80/],
  [{ EBAY_VERIFICATION_TOKEN: "x".repeat(81) }, /^EBAY_VERIFICATION_TOKEN is not 32 to 80/],
  [
    { EBAY_VERIFICATION_TOKEN: "x".repeat(32) },
    /^PUBLIC_URL is missing, and EBAY_VERIFICATION_TOKEN is set$/,
  ],
  [
    { EBAY_DELETION_ENDPOINT: "https://wax.example/ebay" },
    /^EBAY_VERIFICATION_TOKEN is missing, and EBAY_DELETION_ENDPOINT is set$/,
  ],
  [
    { EBAY_VERIFICATION_TOKEN: "x".repeat(32), EBAY_DELETION_ENDPOINT: "http://wax.example/ebay" },
    /^EBAY_DELETION_ENDPOINT is not a URL that begins with https:\/\/$/,
  ],
];

for (const [env, sentence] of REFUSED) {
  Deno.test(`readConfig() refuses ${JSON.stringify(env)}, naming the variable and no secret`, () => {
    assert.throws(() => readConfig({ ...MINIMUM, ...env }), (error) => {
      assert.ok(error instanceof ConfigError);
      assert.match(error.message, sentence);
      assert.doesNotMatch(error.message, /secret@/);
      return true;
    });
  });
}

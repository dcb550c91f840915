import assert from "node:assert/strict";
import { createHttpApp } from "../../src/app/http.ts";
import { AccountExporter } from "../../src/profile/export_account.ts";
import { exportedAccountSchema } from "../../src/profile/export_schema.ts";
import { readSources } from "../architecture/source.ts";
import { aListing, aRule } from "../support/factories.ts";
import { FULL_ENV, type FullAccount, fullIssuedAccount, fullLocalAccount } from "../support/full_account.ts";
import { startIdentityProvider } from "../support/identity_provider.ts";
import { type MailService, withMail } from "../support/mail_service.ts";
import { type Client, type TestService, withService } from "../support/service.ts";
import { readUserTables, rowsOfUser } from "../support/user_rows.ts";

const EXPORT = "/api/me/export";
const NEW = { listed_at: "2026-11-23T12:00:00Z" };

/** Tables with rows of users that are not exported, and why. */
const NOT_EXPORTED: Readonly<Record<string, string>> = {
  account_links: "hashes of links that were sent by mail, for an hour or a day",
  event_heads: "a counter that the events themselves show",
  floor_candidates: "what the service has still to do for a watch",
  idempotency_keys: "answers that were given before, for a day",
  import_rows: "rows of a list or a file on their way, which are exported once they are imported",
  provider_incident_users: "which notices went out, which are among the events",
  oauth_requests: "secrets of links that wait, for 15 minutes",
  known_devices: "hashes by which browsers are known",
  rule_anchors: "an index of the rules, which are exported",
};

async function withAccounts(
  work: (service: MailService, accounts: FullAccount[], other: FullAccount) => Promise<void>,
): Promise<void> {
  await using idp = await startIdentityProvider();
  await withMail(async (service) => {
    const accounts = [await fullLocalAccount(service, "ada"), await fullIssuedAccount(service, idp, "bob")];
    await work(service, accounts, await fullLocalAccount(service, "zaphod"));
  }, { ...FULL_ENV, ...idp.env });
}

/** The document with its times as times; it is exactly what is documented. */
function checked(document: unknown) {
  const times = JSON.parse(
    JSON.stringify(document),
    (_key, value) =>
      typeof value === "string" && /^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z$/.test(value) ? new Date(value) : value,
  );
  const parsed = exportedAccountSchema.parse(times);
  assert.deepEqual(parsed, times, "nothing beside what is documented");
  return parsed;
}

Deno.test("GET /api/me/export answers a file with everything of the user, as documented, and nothing of others", async () => {
  await withAccounts(async ({ deps: { sql } }, accounts, other) => {
    const filled = new Set<string>();
    const tables = await readUserTables(sql);
    for (const { call, userId, word } of accounts) {
      const { status, headers, body } = await call("GET", EXPORT);
      assert.equal(status, 200);
      assert.equal(headers.get("content-type"), "application/json");
      assert.equal(headers.get("content-disposition"), 'attachment; filename="waxwatch-2026-11-23.json"');
      assert.equal(headers.get("cache-control"), "no-store");
      const { format, version, exported_at, account, ...sections } = checked(body);
      assert.deepEqual([format, version, exported_at], [
        "waxwatch-account",
        1,
        new Date("2026-11-23T12:00:00Z"),
      ]);
      assert.deepEqual([account.id, account.display_name], [userId, `Name ${word}`]);
      const rows = await rowsOfUser(sql, tables, userId);
      for (const [table, key] of Object.entries(LISTS)) {
        const list = sections[key];
        assert.equal(Array.isArray(list) ? list.length : -1, rows.get(table)!.length, `${word}: ${key}`);
        if (rows.get(table)!.length > 0) filled.add(key);
      }
      const text = JSON.stringify(body);
      for (const foreign of [other.userId, other.email, other.word]) {
        assert.ok(!text.includes(foreign), foreign);
      }
    }
    assert.deepEqual([...filled].sort(), Object.values(LISTS).sort(), "every list has something in it");
  });
});

/** Table → the list it is exported as, row by row. */
const LISTS = {
  identities: "identities",
  linked_accounts: "linked_accounts",
  sessions: "sessions",
  api_tokens: "api_tokens",
  event_toggles: "event_toggles",
  channels: "channels",
  source_users: "sources",
  watch_rules: "watch_rules",
  watch_releases: "watch_releases",
  poll_subscriptions: "searches",
  matches: "matches",
  alert_states: "alert_states",
  events: "events",
  notifications: "notifications",
  delivery_items: "delivery_items",
  deliveries: "deliveries",
  provider_requests: "provider_requests",
  outbound_clicks: "outbound_clicks",
  import_jobs: "import_jobs",
  imported_items: "imported_items",
} as const;

Deno.test("every table with rows of users is exported, or is not for a reason", async () => {
  await withService(async ({ deps }) => {
    const stores = (await readSources("src/profile")).filter(({ path }) =>
      /export_\w+_store\.ts$/.test(path)
    );
    assert.equal(stores.length, 2);
    const read = new Set(
      stores.flatMap(({ text }) => [...text.matchAll(/\b(?:from|join)\s+(\w+)/g)].map(([, table]) => table!)),
    );
    const tables = (await readUserTables(deps.sql)).map(({ name }) => name);
    assert.deepEqual(tables.filter((name) => !read.has(name) && !(name in NOT_EXPORTED)), []);
    assert.deepEqual(
      Object.keys(NOT_EXPORTED).filter((name) => !tables.includes(name) || read.has(name)),
      [],
    );
    assert.deepEqual(Object.keys(LISTS).filter((name) => !tables.includes(name)), []);
  });
});

Deno.test("an export holds no hash, no token and no ciphertext", async () => {
  await withAccounts(async ({ deps: { sql } }, accounts) => {
    for (const { call, userId, word, apiToken } of accounts) {
      const secrets = await sql<{ secret: string }>`
        select encode(token_hash, 'hex') as secret from api_tokens where user_id = ${userId}
        union all select encode(token_hash, 'hex') from sessions where user_id = ${userId}
        union all select encode(token_hash, 'hex') from known_devices where user_id = ${userId}
        union all select encode(token_hash, 'hex') from account_links where user_id = ${userId}
        union all select hash from passwords where user_id = ${userId}
        union all select encode(token_ciphertext, 'hex') from linked_accounts where user_id = ${userId}
        union all select encode(token_ciphertext, 'hex') from oauth_requests where user_id = ${userId}
        union all select unsubscribe_token::text from channels where user_id = ${userId}`;
      assert.ok(secrets.length >= 3);
      const text = JSON.stringify((await call("GET", EXPORT)).body);
      const bytes = (hex: string) => /^[0-9a-f]+$/.test(hex) ? Uint8Array.fromHex(hex).toBase64() : hex;
      for (const { secret } of secrets) {
        assert.ok(!text.includes(secret) && !text.includes(bytes(secret)), `a secret of ${word}`);
      }
      assert.ok(!text.includes(apiToken) && !text.includes(`secret-${word}`));
    }
  });
});

Deno.test("an export shows an offer with its prices as long as its provider's terms let it", async () => {
  await withService(async ({ client, deps, clock }) => {
    const ada = await client("ada");
    await ada.post("/api/watch-rules", aRule({}, { max_price: 30 }));
    await ada.post("/api/dev/listings/ingest", aListing({ ...NEW, price: 24.99 }));
    const soon = new Date(clock.now().getTime() + 1_000);
    await deps.sql`update event_content set expires_at = ${soon}`;
    await deps.sql`update listings set expires_at = ${soon}, expiry_check_at = ${soon}`;
    const shown = async () => {
      const { events, alert_states: [state], matches: [match] } = checked((await ada.get(EXPORT)).body);
      const alert = events.find(({ type }) => type === "NEW_MATCH")!;
      return [
        alert.content?.price ?? null,
        alert.content?.title ?? null,
        state!.price,
        match!.checks === null,
      ];
    };
    assert.deepEqual(await shown(), [24.99, "Miles Davis - Kind Of Blue LP", 24.99, false]);
    clock.advance(1_000);
    assert.deepEqual(await shown(), [null, null, null, true]);
  });
});

/** An account with more events than one page. */
async function manyEvents({ client }: TestService): Promise<Client> {
  const ada = await client("ada");
  await ada.post("/api/watch-rules", aRule());
  for (let batch = 0; batch < 2; batch++) {
    await ada.post("/api/dev/listings/ingest", Array.from({ length: 400 }, () => aListing(NEW)));
  }
  return ada;
}

Deno.test("an export is of one moment: what changes while it is read is not in it", async () => {
  await withService(async (service) => {
    const { deps } = service;
    const ada = await manyEvents(service);
    const before = (await ada.get(EXPORT)).body;
    assert.equal(before.events.length, 1 + 2 * 800);
    const response = await createHttpApp(deps).request(EXPORT, {
      headers: { authorization: `Bearer ${ada.token}` },
    });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = (await reader.read()).value!;
    await ada.delete(`/api/watch-rules/${before.watch_rules[0].id}/hard`);
    await deps.sql`delete from notifications`;
    await ada.post("/api/watch-rules", aRule({ name: "later" }));
    for (;;) {
      const { value, done } = await reader.read();
      if (done) break;
      text += value;
    }
    assert.deepEqual(JSON.parse(text), before);
    assert.deepEqual((await ada.get(EXPORT)).body.notifications, []);
  });
});

Deno.test("of exports four run at once, and one of each user; one that its reader leaves makes room", async () => {
  await withService(async ({ client, deps }) => {
    const people = await Promise.all(["ada", "bob", "cyd", "dee", "eve"].map(client));
    const exporter = new AccountExporter(deps);
    const open = people.slice(0, 4).map(({ userId }) => exporter.start(userId));
    const busy = { code: "unavailable" };
    assert.throws(() => exporter.start(people[0]!.userId), { code: "conflict" });
    assert.throws(() => exporter.start(people[4]!.userId), { ...busy, message: /4 others are under way$/ });
    await open[0]!.cancel();
    const fifth = await until(() => startOrNull(exporter, people[4]!.userId));
    assert.throws(() => exporter.start(people[4]!.userId), {
      code: "conflict",
      message: /one is under way$/,
    });
    const texts = await Promise.all([...open.slice(1), fifth].map((stream) => new Response(stream).json()));
    const names = ["bob", "cyd", "dee", "eve"];
    assert.deepEqual(texts.map((one) => one.account.email), names.map((name) => `${name}@example.com`));
    await new Response(exporter.start(people[0]!.userId)).json();
  });
});

Deno.test("an export whose reader takes nothing is given up, and the reader sees that it is not complete", async () => {
  await withService(async (service) => {
    const ada = await manyEvents(service);
    const exporter = new AccountExporter(service.deps, { stallMs: 20 });
    const stream = exporter.start(ada.userId);
    await (await until(() => startOrNull(exporter, ada.userId))).cancel();
    await assert.rejects(new Response(stream).text());
    assert.equal(service.deps.sql.stats().deadlines, 0);
  });
});

Deno.test("an export of an account that goes while it is read ends like the account was, and one that is gone breaks off", async () => {
  await withService(async (service) => {
    const { deps } = service;
    const ada = await manyEvents(service);
    const exporter = new AccountExporter(deps);
    const { body } = new Response(exporter.start(ada.userId));
    const reader = body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = (await reader.read()).value!;
    assert.equal((await ada.delete("/api/me/hard-delete")).status, 200);
    for (let part = await reader.read(); !part.done; part = await reader.read()) text += part.value;
    assert.equal(JSON.parse(text).events.length, 1 + 2 * 800);
    await assert.rejects(new Response(exporter.start(ada.userId)).text());
  });
});

Deno.test("GET /api/me/export answers 401 without a credential", async () => {
  await withService(async ({ request }) => {
    assert.equal((await request(EXPORT)).status, 401);
  });
});

function startOrNull(exporter: AccountExporter, userId: string): ReadableStream<Uint8Array> | null {
  try {
    return exporter.start(userId);
  } catch {
    return null;
  }
}

/** Waits for what follows from something that was done; each turn lets the database answer. */
async function until<T>(find: () => T | null): Promise<T> {
  for (let turns = 0; turns < 1_000; turns++) {
    const found = find();
    if (found !== null) return found;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  throw new Error("Nothing came of it");
}

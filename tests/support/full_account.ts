/** Accounts with a row in every table that can hold one of a user, made through the API wherever it has a way. */
import assert from "node:assert/strict";
import { insertFloorCandidates } from "../../src/alerts/floor_candidate_store.ts";
import { sealRequest } from "../../src/discogs_import/access_token.ts";
import { upsertItems } from "../../src/discogs_import/item_store.ts";
import { insertOAuthRequest } from "../../src/discogs_import/oauth_store.ts";
import { sha256 } from "../../src/platform/crypto.ts";
import { type Browser, loggedIn } from "./browser.ts";
import { insertSourceUser, putSource } from "../../src/sources/store.ts";
import { aListing, aRule } from "./factories.ts";
import type { IdentityProvider } from "./identity_provider.ts";
import type { MailService } from "./mail_service.ts";
import type { Answer } from "./service.ts";

/** What the service of full accounts needs in its environment. */
export const FULL_ENV = {
  SIMULATED_MARKET: "true",
  ENCRYPTION_KEYS: `a:${new Uint8Array(32).fill(7).toBase64()}`,
};

/** An account with everything, and a way to make requests as its user. */
export interface FullAccount {
  userId: string;
  email: string;
  /** A word that occurs in much of what its user wrote, and nowhere else. */
  word: string;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Null: he is an issuer's. */
  browser: Browser | null;
  /** The API token that he made. */
  apiToken: string;
}

const NEW = { listed_at: "2026-11-23T12:00:00Z" };

/** Registers, logs in by cookie and does everything there is to do. */
export async function fullLocalAccount(service: MailService, word: string): Promise<FullAccount> {
  const email = `${word}@example.com`;
  const browser = await loggedIn(service, email);
  const call: FullAccount["call"] = (method, path, body, headers = {}) => {
    const cookie = [...browser.cookies].map((pair) => pair.join("=")).join("; ");
    return service.request(
      path,
      toInit(method, body, { cookie, "sec-fetch-site": "same-origin", ...headers }),
    );
  };
  const account = await fill(service, { word, email, browser, call });
  // One link that was sent, and one mail that waits.
  for (const drains of [true, false]) {
    await expect(202, call("POST", "/api/auth/forgot-password", { email }));
    if (drains) await service.drain();
  }
  return account;
}

/** The same by tokens of an outside issuer. */
export async function fullIssuedAccount(
  service: MailService,
  idp: IdentityProvider,
  word: string,
): Promise<FullAccount> {
  const email = `${word}@example.com`;
  const { headers: { authorization } } = await idp.auth(word, { claims: { email, email_verified: true } });
  const call: FullAccount["call"] = (method, path, body, headers = {}) =>
    service.request(path, toInit(method, body, { authorization, ...headers }));
  return await fill(service, { word, email, browser: null, call });
}

async function fill(
  service: MailService,
  person: Pick<FullAccount, "word" | "email" | "browser" | "call">,
): Promise<FullAccount> {
  const { call, word } = person;
  const me = await expect(200, call("PATCH", "/api/me", { display_name: `Name ${word}` }));
  const userId: string = me.id;
  const { token: apiToken } = await expect(
    201,
    call("POST", "/api/me/tokens", { name: word, scopes: ["read", "write"] }),
  );
  await watch(service, { ...person, userId });
  await receive(service, { ...person, userId });
  await lookAround(service, { ...person, userId });
  return { ...person, userId, apiToken };
}

type Person = Pick<FullAccount, "word" | "call" | "userId">;

/** Rules, a watched release, a search that is repeated. */
async function watch({ deps, clock }: MailService, { call, word, userId }: Person): Promise<void> {
  const rule = aRule({ name: `Rule ${word}`, alerts: { first_run: "all" } }, { keywords: [`blue ${word}`] });
  const made = await expect(
    201,
    call("POST", "/api/watch-rules", rule, { "idempotency-key": `key-${word}` }),
  );
  const off = await expect(201, call("POST", "/api/watch-rules", aRule({ name: `Off ${word}` })));
  await expect(200, call("POST", `/api/watch-rules/${off.id}/disable`));
  await expect(
    201,
    call("POST", "/api/watch-releases", { discogs_release_id: 101, title: `Release ${word}` }),
  );
  // No route yet switches single event types, and only a poll of Discogs finds releases.
  await deps
    .sql`insert into event_toggles (user_id, event_type, outgoing) values (${userId}, 'LISTING_ENDED', true)`;
  // Nor has any provider failed for an hour.
  await deps.sql`
    with incident as (
      insert into provider_incidents (provider, state, cause, since, suspected_at, seen_at)
      values ('discogs', 'closed', 'unavailable', ${clock.now()}, ${clock.now()}, ${clock.now()}) returning id
    )
    insert into provider_incident_users (incident_id, user_id, told_at)
    select id, ${userId}, ${clock.now()} from incident`;
  const [compiled] = await deps.sql<
    { id: string }
  >`select id from compiled_rules where owner_id = ${made.id}`;
  const candidate = { compiled_rule_id: compiled!.id, provider: "discogs", discogs_release_id: 101 };
  await insertFloorCandidates(deps.sql, [candidate], clock.now());
  const now = clock.now();
  const source = { provider: `feed:${word}`, kind: "feed", url: `https://shop.example/${word}` } as const;
  const habits = { currency: "EUR", artist_from: null };
  const source_id = await putSource(deps.sql, { id: crypto.randomUUID(), ...source, ...habits, now });
  await insertSourceUser(deps.sql, { user_id: userId, source_id: source_id!, name: `Feed ${word}`, now });
}

/** Alerts that left as mails, one that waits for its digest, one that was read. */
async function receive(service: MailService, { call, word }: Person): Promise<void> {
  const offer = () => aListing({ ...NEW, title: `Kind of blue ${word} LP` });
  const { token } = await expect(
    200,
    service.request("/api/dev/token", toInit("POST", { email: "seller@example.com" })),
  );
  const ingest = () =>
    expect(
      200,
      service.request(
        "/api/dev/listings/ingest",
        toInit("POST", offer(), { authorization: `Bearer ${token}` }),
      ),
    );
  await ingest();
  await service.drain();
  await expect(200, call("PATCH", "/api/me", { preferences: { delivery_frequency: "daily" } }));
  await ingest();
  const [latest] = await expect(200, call("GET", "/api/notifications"));
  await expect(200, call("POST", `/api/notifications/${latest.id}/read`));
}

/** A search by hand, a link that leads out, an account at Discogs. */
async function lookAround({ deps, clock }: MailService, { call, word, userId }: Person): Promise<void> {
  await expect(200, call("POST", "/api/search", { keywords: [`davis ${word}`], providers: ["mock"] }));
  await expect(
    200,
    call("POST", "/api/integrations/discogs/connect", {
      external_user_id: `collector-${word}`,
      access_token: `secret-${word}`,
    }),
  );
  const hash = await sha256(word);
  await insertOAuthRequest(deps.sql, {
    state_hash: hash,
    user_id: userId,
    provider: "discogs",
    request_token_hash: hash,
    token: await sealRequest(deps.cipher, hash, {
      kind: "request",
      token: `request-${word}`,
      secret: `secret-${word}`,
    }),
    created_at: clock.now(),
    expires_at: new Date(clock.now().getTime() + 900_000),
  });
  // Discogs is not there in these tests: what an import of it would leave.
  const job = await expect(200, call("POST", "/api/integrations/discogs/import", { source: "wantlist" }));
  const [watch] = await deps.sql<
    { id: string }
  >`select id from watch_releases where user_id = ${userId} limit 1`;
  await deps.sql`insert into import_rows (job_id, position, row) values (${job.id}, 1, '{}')`;
  await upsertItems(deps.sql, {
    user_id: userId,
    job_id: job.id,
    page_number: 1,
    items: [{
      source: "wantlist",
      list_id: 0,
      discogs_release_id: 101,
      discogs_master_id: null,
      title: `Release ${word}`,
      artist: null,
      year: null,
      target_price: null,
      min_condition: null,
      watch_release_id: watch!.id,
    }],
    now: clock.now(),
  });
  const ebay = crypto.randomUUID();
  await deps.sql`
    insert into listings (id, provider, external_id, kind, title, url, keys, first_seen_at, observed_at, changed_at)
    values (${ebay}, 'ebay', ${ebay}, 'offer', 'An offer', 'https://www.ebay.com/itm/1', '{}', now(), now(), now())`;
  await expect(307, call("GET", `/api/outbound/ebay/${ebay}`));
}

async function expect(status: number, asked: Promise<Answer>) {
  const answer = await asked;
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  return answer.body;
}

function toInit(method: string, body: unknown, headers: Record<string, string> = {}): RequestInit {
  if (body === undefined) return { method, headers };
  return { method, headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) };
}

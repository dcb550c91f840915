/** Rows of a person, made through the API as he would. Every text in them holds his marker. */
import { insertProviderRequests } from "../../../src/providers/store.ts";
import { NOON } from "../../support/clock.ts";
import { aListing, aRule } from "../../support/factories.ts";
import { anItem } from "../../support/discogs_users.ts";
import type { Answer } from "../../support/service.ts";
import { aWord, type Person } from "./world.ts";

/** Discogs ids are everybody's: each watched release of a run is another one. */
let releases = 1_000;

/** The body of a rule that matches what `aListingFor` makes. */
export function ruleBody({ marker }: Person): Record<string, unknown> {
  return aRule({ name: `Rule of ${marker}` }, { keywords: [marker] });
}

/** The body of a watched release that nobody watches yet. */
export function releaseBody(
  { marker }: Person,
): { discogs_release_id: number; title: string; artist: string } {
  return { discogs_release_id: ++releases, title: `Title of ${marker}`, artist: `Artist of ${marker}` };
}

/** A saved rule's id. */
export async function aRuleOf(who: Person): Promise<string> {
  return made(await who.client.post("/api/watch-rules", ruleBody(who))).id;
}

/** A watched release's id. */
export async function aReleaseOf(who: Person): Promise<string> {
  return made(await who.client.post("/api/watch-releases", releaseBody(who))).id;
}

/** A rule of `other` that matched an offer of a release that `who` watches: the rule's id. */
export async function aRuleThatMatchedFor(who: Person, other: Person): Promise<string> {
  const watched = releaseBody(who);
  made(await who.client.post("/api/watch-releases", watched));
  // Not the word of `other`: titles are everybody's.
  const title = aWord();
  const rule = aRule({ name: `Rule of ${other.marker}` }, { keywords: [title] });
  const { id } = made(await other.client.post("/api/watch-rules", rule));
  const { discogs_release_id } = watched;
  made(await other.client.post("/api/dev/listings/ingest", aListing({ title, discogs_release_id })));
  return id;
}

/** An offer that matches a person's rules. */
export function aListingFor({ marker }: Person): Record<string, unknown> {
  return aListing({ title: `Miles Davis - ${marker} LP` });
}

/** An alert in a person's inbox: the id of its row. */
export async function anAlertOf(who: Person): Promise<string> {
  await aRuleOf(who);
  // Behind the ones before it, so that the first of the list is this one.
  who.world.clock.advance(1_000);
  made(await who.client.post("/api/dev/listings/ingest", aListingFor(who)));
  return made(await who.client.get("/api/notifications?limit=1"))[0].id;
}

/** An offer that was seen at two prices: the listing's id. Listings are everybody's. */
export async function anOfferOf(who: Person, fields: Record<string, unknown> = {}): Promise<string> {
  const offer = { ...aListing(), ...fields };
  made(await who.client.post("/api/dev/listings/ingest", { ...offer, price: 20 }));
  who.world.clock.advance(1_000);
  return made(await who.client.post("/api/dev/listings/ingest", { ...offer, price: 30 })).listing.id;
}

/** A feed that nobody else has: the source's id. */
export async function aSourceOf(who: Person): Promise<string> {
  return made(await who.client.post("/api/sources", sourceBody(who))).id;
}

/** The body of a feed that nobody has. */
export function sourceBody({ world, marker }: Person): Record<string, unknown> {
  return {
    url: `${world.shop.url}/feeds/${aWord()}?key=${marker}`,
    name: `Feed of ${marker}`,
    currency: "EUR",
  };
}

/** Two calls to a provider that were made for a person alone. */
export async function twoCallsFor({ world, userId, marker }: Person): Promise<void> {
  const call = { provider: "ebay", operation: "search", method: "GET", started_at: NOON, duration_ms: 100 };
  const rows = [200, 500].map((status_code) => ({
    ...call,
    url: `https://api.ebay.com/${marker}`,
    status_code,
    error: null,
    poll_id: null,
    user_id: userId,
  }));
  await insertProviderRequests(world.deps.sql, rows);
}

/** A mail with an alert that was sent to a person: what its links name. */
export async function aMailOf(who: Person): Promise<{ token: string; delivery: string }> {
  await anAlertOf(who);
  await who.world.drain();
  const [row] = await who.world.deps.sql<{ token: string; delivery: string }>`
    select c.unsubscribe_token as token, d.id as delivery from channels c join deliveries d on d.channel_id = c.id
    where c.user_id = ${who.userId} limit 1`;
  if (!row) throw new Error(`Cannot find a mail to ${who.email}`);
  return row;
}

/** An API token's id. */
export async function aTokenOf(who: Person): Promise<string> {
  const body = { name: `Token of ${who.marker}`, scopes: ["read"] };
  return made(await who.client.post("/api/me/tokens", body)).id;
}

/** A browser session's id. */
export async function aSessionOf(who: Person): Promise<string> {
  who.world.clock.advance(1_000);
  await who.logIn();
  return made(await who.client.get("/api/me/sessions?limit=1"))[0].id;
}

/** The token of the link to `page` in the last such mail to a person, which `ask` makes the service send. */
export async function aLinkOf(
  { world, email }: Person,
  page: "verify-email" | "reset-password",
  ask: () => Promise<Answer>,
): Promise<string> {
  made(await ask());
  await world.drain();
  const mail = world.smtp.mails.findLast(({ to, text }) =>
    to.includes(email) && text.includes(`${page}?token=`)
  );
  const token = /\?token=([\w-]{43})/.exec(mail?.text ?? "")?.[1];
  if (!token) throw new Error(`Cannot find a link in the mails to ${email}`);
  return token;
}

/** What Discogs leads a person's browser back with once he allowed the link that he began. */
export async function aConsentOf(who: Person): Promise<Record<string, string>> {
  // Links of one user that wait are few, and calls of one minute too.
  who.world.clock.advance(120_000);
  const { authorize_url } = made(await who.client.post("/api/integrations/discogs/oauth/start"));
  const { searchParams } = who.world.discogs.oauth.allow(authorize_url, who.marker);
  return Object.fromEntries(["oauth_token", "oauth_verifier"].map((name) => [name, searchParams.get(name)!]));
}

/** A person's account at Discogs, linked by its name, with one release in its wantlist. */
export async function aLinkedAccountOf({ world, client, marker }: Person): Promise<void> {
  if (!world.discogs.users.has(marker)) {
    world.discogs.user(marker, { wants: [anItem(++releases, { title: `Title of ${marker}` })] });
  }
  made(await client.post("/api/integrations/discogs/connect", { external_user_id: marker }));
}

/** An import that waits or ran: its id. */
export async function anImportOf(who: Person): Promise<string> {
  await aLinkedAccountOf(who);
  return made(await who.client.post("/api/integrations/discogs/import", { source: "wantlist" })).id;
}

/** A watch that an import made: its id. */
export async function anImportedWatchOf(who: Person): Promise<string> {
  const items = async () =>
    made(await who.client.get("/api/integrations/discogs/imported-items?source=wantlist")).items;
  if ((await items()).length === 0) {
    await anImportOf(who);
    who.world.clock.advance(120_000);
    await who.world.drain();
  }
  return (await items())[0].watch_release_id;
}

// deno-lint-ignore no-explicit-any -- tests read fields of many shapes
function made({ status, body }: Answer): any {
  if (status >= 300) throw new Error(`Cannot make a row: ${status} ${JSON.stringify(body)}`);
  return body;
}

/** The service with everything switched on, what it publishes of itself, and people who use it. */
import type { Hono } from "hono";
import { apiDocument } from "../../../src/app/docs_routes.ts";
import { createHttpApp } from "../../../src/app/http.ts";
import { type MountedOperation, mountedOperations } from "../../../src/platform/api/document.ts";
import type { Clock } from "../../../src/platform/clock.ts";
import type { ApiEnv } from "../../../src/platform/api/env.ts";
import { openBrowser, PASSWORD } from "../../support/browser.ts";
import { aKeyPair, noticeScript, VERIFICATION_TOKEN } from "../../support/ebay_notices.ts";
import { fakeClock } from "../../support/clock.ts";
import { type DiscogsUsers, startDiscogsUsers } from "../../support/discogs_users.ts";
import { type IdentityProvider, startIdentityProvider } from "../../support/identity_provider.ts";
import { type FakeShop, SHOP_ENV, startFakeShop } from "../../support/fake_shop.ts";
import { type MailService, withMail } from "../../support/mail_service.ts";
import { startScriptedServer } from "../../support/scripted_server.ts";
import type { Client } from "../../support/service.ts";
import { type Call, initOf, see, type Seen, targetOf } from "./call.ts";
import { Published } from "./published.ts";

/** What eBay signs with: it is asked for nothing else here. */
export const EBAY_KEYS = aKeyPair();

/** The running service. */
export interface World extends MailService {
  /** A shop and feeds that may be added. */
  shop: FakeShop;
  app: Hono<ApiEnv>;
  /** Where users have accounts that they link. */
  discogs: DiscogsUsers;
  operations: readonly MountedOperation[];
  published: Published;
  /** Somebody new with an account, a password and a token, and a word that nobody else's texts hold. */
  person(name?: string): Promise<Person>;
  /** Calls an operation with these headers, in process. */
  call(operation: MountedOperation, call: Call, headers?: Record<string, string>): Promise<Seen>;
}

/** Somebody with an account of his own. */
export interface Person {
  world: World;
  client: Client;
  userId: string;
  email: string;
  password: string;
  /** Stands in every text he writes and in no other. */
  marker: string;
  /** Headers with his token. */
  auth: { authorization: string };
  /** Headers of a browser that he logs in with now, on a page of ours. */
  logIn(): Promise<{ cookie: string; "sec-fetch-site": string }>;
  /** Headers with a token that an issuer made for him as an administrator: another account than his own. */
  asAdmin(): Promise<{ authorization: string }>;
}

/** Runs `work` in a world that ends with it. */
export async function withWorld(
  work: (world: World) => Promise<void>,
  env: Record<string, string> = {},
): Promise<void> {
  await using issuer = await startIdentityProvider();
  await using shop = startFakeShop();
  await using ebay = startScriptedServer(noticeScript(EBAY_KEYS));
  const time: { clock: Clock } = { clock: fakeClock() };
  await using discogs = startDiscogsUsers({ clock: { now: () => time.clock.now() } });
  await withMail(async (service) => {
    time.clock = service.clock;
    const app = createHttpApp(service.deps);
    const world: World = {
      ...service,
      shop,
      app,
      discogs,
      operations: mountedOperations(app),
      published: new Published(apiDocument(app)),
      person: (name = "ada") => makePerson({ world, issuer }, name),
      call: async (operation, call, headers = {}) => {
        const target = targetOf(operation, call);
        const init = initOf(operation, call, headers);
        return await see(await app.request(target, init), { method: init.method!, target });
      },
    };
    await work(world);
  }, {
    SIMULATED_MARKET: "true",
    ...SHOP_ENV,
    EBAY_API_URL: ebay.url,
    EBAY_AUTH_URL: ebay.url,
    EBAY_VERIFICATION_TOKEN: VERIFICATION_TOKEN,
    ...issuer.env,
    ...discogs.env,
    ...env,
  });
}

async function makePerson(
  { world, issuer }: { world: World; issuer: IdentityProvider },
  name: string,
): Promise<Person> {
  const marker = `${name}${aWord()}`;
  const email = `${marker}@example.com`;
  // An address of his own: guesses of others from one that they share would slow him.
  const address = `10.${[...crypto.getRandomValues(new Uint8Array(3))].join(".")}`;
  const request: World["request"] = (path, init) => world.request(path, init, address);
  const registration = { email, password: PASSWORD, display_name: marker };
  await openBrowser({ request }).post("/api/auth/register", registration);
  const client = await world.client(marker);
  return {
    world,
    client,
    userId: client.userId,
    email,
    password: PASSWORD,
    marker,
    auth: { authorization: `Bearer ${client.token}` },
    logIn: async () => {
      const browser = openBrowser({ request });
      const { status, body } = await browser.login(email);
      if (status !== 200) throw new Error(`Cannot log ${email} in: ${JSON.stringify(body)}`);
      const cookie = [...browser.cookies].map((pair) => pair.join("=")).join("; ");
      return { cookie, "sec-fetch-site": "same-origin" };
    },
    asAdmin: async () => {
      const claims = { role: "admin", email: `admin-${email}` };
      return { authorization: `Bearer ${await issuer.token(`admin-${marker}`, { claims })}` };
    },
  };
}

/** Ten letters at random: one token to the matcher, and in no other text. */
export function aWord(): string {
  return String.fromCharCode(...crypto.getRandomValues(new Uint8Array(10)).map((byte) => 97 + byte % 26));
}

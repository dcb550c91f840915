/** What a browser test needs: Chromium, the real service as a process of its own, and a host of pages before it. */
import { createClient } from "../support/service.ts";
import { withDatabaseUrl } from "../support/database.ts";
import { aListing } from "../support/factories.ts";
import { ServiceProcess } from "../support/process.ts";
import { type ReceivedMail, type SmtpServer, startSmtpServer } from "../support/smtp_server.ts";
import { Chromium } from "./chromium.ts";
import type { Tab } from "./tab.ts";
import { startWebServer, type WebServer } from "./web_server.ts";

/** A password that is long enough. */
export const PASSWORD = "correct horse battery";

/** Everything that runs during a test. */
export interface World {
  chromium: Chromium;
  service: ServiceProcess;
  /** The client's pages, with the service behind the same origin. */
  web: WebServer;
  /** The same pages without a service. */
  otherWeb: WebServer;
  /** Takes mails of a service that is told of it, as `sendMails` does. */
  smtp: SmtpServer;
}

/** What there is before the service starts: its environment may name it. */
type Surroundings = Pick<World, "web" | "otherWeb" | "smtp">;

/** Runs `work` in a world of its own and ends all of it; `env` adds to the service's environment. */
export async function withWorld(
  work: (world: World) => Promise<void>,
  env: (world: Surroundings) => Record<string, string> = () => ({}),
): Promise<void> {
  await withDatabaseUrl(async (databaseUrl) => {
    const kvPath = await Deno.makeTempDir({ prefix: "waxwatch-browser-" });
    try {
      let service: ServiceProcess | undefined;
      await using web = startWebServer({ upstream: () => service!.url });
      await using otherWeb = startWebServer();
      await using smtp = startSmtpServer();
      // A process of the API alone: offers come from the test, not from polls.
      const own = { ROLE: "api", PUBLIC_URL: web.url, ...env({ web, otherWeb, smtp }) };
      await using started = service = new ServiceProcess({ databaseUrl, kvPath, env: own });
      await service.start();
      await using chromium = await Chromium.start();
      await work({ chromium, service: started, web, otherWeb, smtp });
    } finally {
      await Deno.remove(kvPath, { recursive: true });
    }
  });
}

/** Environment of a service that works its jobs and mails to the world's server. */
export function sendMails({ smtp }: Surroundings): Record<string, string> {
  return { ROLE: "all", SMTP_URL: smtp.url, MAIL_FROM: "WaxWatch <alerts@waxwatch.test>" };
}

/** The newest mail to this address that says these words, once it has come. @throws with what came when it does not */
export async function mailOf({ smtp }: World, to: string, words: string): Promise<ReceivedMail> {
  const until = performance.now() + MAIL_MS;
  while (performance.now() < until) {
    const found = smtp.mails.findLast((mail) => mail.to === to && mail.text.includes(words));
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
  const others = smtp.mails.map((mail) => `${mail.to}: ${mail.text.slice(0, 80)}`);
  throw new Error(`No mail that says "${words}" came to ${to}; there are: ${others.join("; ")}`);
}

/** The address that a mail's button or link with these words leads to. */
export function linkOf({ html }: ReceivedMail, words: string): string {
  const links = [...html.matchAll(/<a [^>]*href="([^"]*)"[^>]*>([^<]*)</g)];
  const [, href] = links.find(([, , text]) => text === words) ?? [];
  if (href === undefined) throw new Error(`The mail has no link "${words}"`);
  return href.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
}

/** Longest wait for a mail: jobs are claimed every two seconds, on a machine that does other things too. */
const MAIL_MS = 60_000;
const ASK_EVERY_MS = 25;

/** Makes an account and gives its e-mail address. */
export async function register({ service }: World, name: string): Promise<string> {
  const email = `${name}@example.com`;
  const answer = await service.send("/api/auth/register", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email, password: PASSWORD, display_name: name }),
  });
  if (answer.status !== 201) throw new Error(`Cannot register ${name}: ${await answer.text()}`);
  await answer.body?.cancel();
  return email;
}

/** Opens the client's page in a browser of its own, or `beside` another tab. */
export async function openClient(
  { chromium, web }: World,
  { url = web.url, beside }: { url?: string; beside?: Tab } = {},
): Promise<Tab> {
  const tab = await chromium.newTab(beside ? { beside } : {});
  await tab.open(url);
  return tab;
}

/** As `openClient`, signed in and following the stream. */
export async function signIn(world: World, email: string, options: { url?: string } = {}): Promise<Tab> {
  const tab = await openClient(world, options);
  await fillLogin(tab, email);
  await tab.see("#stream", "open");
  return tab;
}

/** Fills the client's form in and sends it. */
export async function fillLogin(tab: Tab, email: string, password = PASSWORD): Promise<void> {
  await tab.waitFor(`!document.querySelector("#login").hidden`);
  await tab.fill("#login [name=email]", email);
  await tab.fill("#login [name=password]", password);
  await tab.click("#login button");
}

/** Saves a rule as a person does, by its words alone. */
export async function saveRule(tab: Tab, words: string): Promise<void> {
  await tab.fill("#new-rule [name=name]", "A rule");
  await tab.fill("#new-rule [name=words]", words);
  await tab.click("#new-rule button");
  await tab.see("#status", "Done");
}

/** A marketplace lists offers with these titles. */
export async function listOffers({ service }: World, titles: readonly string[]): Promise<void> {
  const market = await createClient((path, init) => service.send(path, init), "market");
  const offers = titles.map((title) => aListing({ title }));
  const { status, body } = await market.post("/api/dev/listings/ingest", offers);
  if (status !== 200) throw new Error(`Cannot list offers: ${JSON.stringify(body)}`);
}

/** The links in mails about an account, as a person follows them, on a service that runs as it does in production. */
import assert from "node:assert/strict";
import type { Tab } from "./tab.ts";
import {
  fillLogin,
  linkOf,
  mailOf,
  openClient,
  PASSWORD,
  sendMails,
  signIn,
  withWorld,
  type World,
} from "./world.ts";

const ADA = "ada@example.com";
const NEW_PASSWORD = "a better battery horse";

/** As in production, but for exchange rates, which would be asked for on the web. */
function inProduction(surroundings: Parameters<typeof sendMails>[0]): Record<string, string> {
  return { ...sendMails(surroundings), ENVIRONMENT: "production", FX_URL: "http://127.0.0.1:1/" };
}

/** Opens the client and makes an account there. */
async function makeAccount(world: World): Promise<Tab> {
  const tab = await openClient(world);
  await tab.waitFor(`!document.querySelector("#login").hidden`);
  await tab.fill("#login [name=email]", ADA);
  await tab.fill("#login [name=password]", PASSWORD);
  await tab.click("#register");
  await tab.see("#status", "Done");
  return tab;
}

/** What mail scanners do with every link. */
async function scan(url: string): Promise<void> {
  for (const method of ["HEAD", "GET", "GET"]) {
    const answer = await fetch(url, { method, headers: { accept: "text/html,*/*" } });
    await answer.body?.cancel();
    assert.equal(answer.status, 200);
  }
}

/** Follows the link in a mail of its own tab and does what the page asks for; gives what it says then. */
async function obey(world: World, url: string, fill: (tab: Tab) => Promise<void> = () => Promise.resolve()) {
  const tab = await world.chromium.newTab();
  await tab.open(url);
  await fill(tab);
  await tab.follow("button");
  assert.deepEqual(tab.complaints.filter((one) => !one.includes("400 (Bad Request)")), []);
  return await tab.text("h1");
}

/** Signs in and gives what came of it. */
async function trySignIn(tab: Tab, password: string): Promise<string> {
  await fillLogin(tab, ADA, password);
  await tab.waitFor(`!["", "…"].includes(document.querySelector("#status").innerText)`);
  return await tab.text("#status") ?? "";
}

Deno.test("an account opens once its owner clicked in the mail, and not because a scanner opened the link", async () => {
  await withWorld(async (world) => {
    const tab = await makeAccount(world);
    const link = linkOf(await mailOf(world, ADA, "Confirm this address"), "Confirm this address");
    assert.ok(link.startsWith(`${world.web.url}/api/auth/verify-email?token=`));
    await scan(link);
    assert.match(await trySignIn(tab, PASSWORD), /^401 invalid_credentials/);
    assert.equal(await obey(world, link), "Your address is confirmed");
    assert.equal(await trySignIn(tab, PASSWORD), "Done");
    await tab.see("#stream", "open");
    assert.equal(await obey(world, link), "That did not work");
    const cookies = (await tab.cookies()).map(({ name, httpOnly, secure, sameSite }) =>
      [name, httpOnly, secure, sameSite].join()
    );
    assert.deepEqual(cookies.sort(), [
      "__Host-waxwatch_device,true,true,Lax",
      "__Host-waxwatch_session,true,true,Lax",
    ]);
  }, inProduction);
});

Deno.test("a forgotten password is replaced by the link in a mail, once, and every session ends", async () => {
  await withWorld(async (world) => {
    const tab = await makeAccount(world);
    await obey(world, linkOf(await mailOf(world, ADA, "Confirm this address"), "Confirm this address"));
    const elsewhere = await signIn(world, ADA);
    await tab.click("#forgot");
    await tab.see("#status", "Done");
    const link = linkOf(await mailOf(world, ADA, "Choose a new password"), "Choose a new password");
    await scan(link);
    // Too short: the browser itself says so, and asks nobody.
    const short = await world.chromium.newTab();
    await short.open(link);
    await short.fill("input[type=password]", "too short");
    short.forget();
    await short.click("button");
    assert.equal(await short.run(`document.querySelector("input[type=password]").validity.tooShort`), true);
    assert.deepEqual(short.requests, []);
    const choose = (page: Tab) => page.fill("input[type=password]", NEW_PASSWORD);
    assert.equal(await obey(world, link, choose), "Your password is saved");
    await elsewhere.waitFor(`!document.querySelector("#login").hidden`);
    assert.match(await trySignIn(tab, PASSWORD), /^401 invalid_credentials/);
    assert.equal(await trySignIn(tab, NEW_PASSWORD), "Done");
    assert.equal(await obey(world, link, choose), "That did not work");
  }, inProduction);
});

/** The pages that links in mails open: looked at in four windows, and fit for those who see little or use no mouse. */
import assert from "node:assert/strict";
import { aListing, aRule } from "../support/factories.ts";
import { type Client, createClient } from "../support/service.ts";
import { keepPicture, WINDOWS } from "./screenshots.ts";
import type { Tab } from "./tab.ts";
import { linkOf, mailOf, register, sendMails, withWorld, type World } from "./world.ts";

const FIND_FAULTS = await Deno.readTextFile(new URL("page/find_faults.js", import.meta.url));

/** What is wrong with the page that the tab shows, in every window; keeps a picture of each. */
async function look(tab: Tab, name: string): Promise<string[]> {
  const faults: string[] = [];
  for (const { name: window, ...size } of WINDOWS) {
    await tab.look(size);
    await keepPicture(tab, `${name}-${window}`);
    const found = await tab.run<string[]>(`${FIND_FAULTS};findFaults(${size.width})`);
    found.push(...await withoutFocusRing(tab));
    faults.push(...found.map((fault) => `${name} ${window}: ${fault}`));
  }
  // Chromium also writes down that the page itself was answered with an error, as refusals are.
  const complaints = tab.complaints.filter((one) => !one.endsWith(tab.requests.at(-1)!.url));
  tab.forget();
  return [...faults, ...complaints.map((complaint) => `${name}: ${complaint}`)];
}

/** What a keyboard reaches without anybody seeing where it is. */
async function withoutFocusRing(tab: Tab): Promise<string[]> {
  const targets = `[...document.querySelectorAll("a[href], button, input:not([type=hidden])")]`;
  const faults: string[] = [];
  const reached = new Set<number>();
  const count = await tab.run<number>(`${targets}.length`);
  // Once around: behind the last one the keyboard leaves the page, and comes back to the first.
  for (let presses = 0; presses <= count; presses++) {
    await tab.press("Tab");
    const at = await tab.run<number>(`${targets}.indexOf(document.activeElement)`);
    if (at < 0) continue;
    reached.add(at);
    const outline = await tab.run(`getComputedStyle(document.activeElement).outlineStyle`);
    if (outline === "none") faults.push(`no ring shows that the keyboard is on target ${at}`);
  }
  return reached.size === count ? faults : [...faults, `the keyboard reaches ${reached.size} of ${count}`];
}

/** A user with offers found for him, and a mail about the first of them. */
async function anAlertedUser(world: World): Promise<{ ada: Client; leave: string }> {
  const ada = await createClient((path, init) => world.service.send(path, init), "ada");
  await ada.post("/api/watch-rules", aRule());
  const titles = [
    "Miles Davis – Kind Of Blue (1959, six-eye, mono)",
    "Kind Of Blue".padEnd(300, " Kind Of Blue"),
  ];
  const image_url = `${world.otherWeb.url}/sleeve.svg`;
  for (const title of titles) await ada.post("/api/dev/listings/ingest", aListing({ title, image_url }));
  const mail = await mailOf(world, "ada@example.com", "six-eye");
  return { ada, leave: linkOf(mail, "Unsubscribe") };
}

Deno.test("the page of a message and those of leaving are fit to be read, and leave by a click", async () => {
  await withWorld(async (world) => {
    const { ada, leave } = await anAlertedUser(world);
    const [, alert] = (await ada.get("/api/notifications")).body;
    const [{ delivery_id }] = (await ada.get(`/api/notifications/${alert.id}/deliveries`)).body;
    const tab = await world.chromium.newTab();
    await tab.open(`${leave.replace("unsubscribe", "messages")}/${delivery_id}`);
    const faults = await look(tab, "message");
    assert.equal(await tab.run(`document.images[0].naturalWidth > 0`), true);
    await tab.follow("a.link:last-of-type[href*=unsubscribe]");
    faults.push(...await look(tab, "unsubscribe"));
    const wantsMail = async () => (await ada.get("/api/me")).body.preferences.notifications_email;
    assert.equal(await wantsMail(), true);
    await tab.follow("button");
    assert.equal(await wantsMail(), false);
    faults.push(...await look(tab, "unsubscribed"));
    await tab.open(`${leave.slice(0, -4)}0000`);
    faults.push(...await look(tab, "unsubscribe-unknown"));
    assert.deepEqual(faults, []);
  }, sendMails);
});

Deno.test("the pages of links about an account are fit to be read, refusals too", async () => {
  await withWorld(async (world) => {
    const email = await register(world, "ada");
    const confirm = linkOf(await mailOf(world, email, "Confirm this address"), "Confirm this address");
    const tab = await world.chromium.newTab();
    await tab.open(confirm);
    const faults = await look(tab, "verify-email");
    await tab.follow("button");
    faults.push(...await look(tab, "verified"));
    await tab.open(confirm);
    await tab.follow("button");
    faults.push(...await look(tab, "verify-refused"));
    const body = JSON.stringify({ email });
    const headers = { "content-type": "application/json" };
    await (await world.service.send("/api/auth/forgot-password", { method: "POST", headers, body })).body
      ?.cancel();
    await tab.open(linkOf(await mailOf(world, email, "Choose a new password"), "Choose a new password"));
    faults.push(...await look(tab, "reset-password"));
    await tab.fill("input[type=password]", "a better battery horse");
    await tab.press("Enter");
    await tab.see("h1", "Your password is saved");
    faults.push(...await look(tab, "password-saved"));
    assert.deepEqual(faults, []);
  }, sendMails);
});

Deno.test("the check of pages finds what it looks for", async () => {
  await withWorld(async ({ chromium }) => {
    const tab = await chromium.newTab();
    const page =
      `<style>* { outline: none !important }</style><h1></h1><h1></h1><div style="width:2000px">wide</div>
      <img src="data:,"><input style="height:10px"><button></button>
      <p style="color:#777;background:#888">dim</p><p style="color:#949494">large is fine<b>, small is not</b></p>`;
    await tab.open(`data:text/html,${encodeURIComponent(page)}`);
    const faults = (await look(tab, "faulty")).map((fault) => fault.replace(/^faulty /, ""));
    for (
      const part of [
        "language",
        "title",
        "one h1",
        "one main",
        "2008 px wide in a window of 360",
        "no alt",
        "no label",
        "below 16 px",
      ]
        .concat([
          "too small",
          "says nothing",
          "contrast 1.26: dim",
          "contrast 3.03: large",
          "no ring",
          "1200-dark",
        ])
    ) {
      assert.ok(faults.some((fault) => fault.includes(part)), `${part} is not in ${faults.join("\n")}`);
    }
  });
});

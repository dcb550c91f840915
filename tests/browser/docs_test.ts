/** `/docs` without a network: whatever the page would fetch from elsewhere fails, and is noticed. */
import assert from "node:assert/strict";
import { keepPicture, WINDOWS } from "./screenshots.ts";
import type { Tab } from "./tab.ts";
import { withWorld } from "./world.ts";

/** Opens the page and waits until the description is drawn. */
async function openDocs(tab: Tab, url: string): Promise<void> {
  await tab.open(`${url}/docs`);
  await tab.waitFor(`document.querySelectorAll(".opblock").length > 20`);
}

/** Requests that did not go to `url`; what a page carries in itself asks nobody. */
function requestsElsewhere(tab: Tab, url: string): string[] {
  return tab.requests.map((request) => request.url).filter((one) =>
    !one.startsWith(`${url}/`) && !one.startsWith("data:")
  );
}

Deno.test("/docs draws the whole description with what the service sends, and breaks no policy", async () => {
  await withWorld(async ({ chromium, service }) => {
    const tab = await chromium.newTab();
    for (const { name, ...window } of WINDOWS) {
      await tab.look(window);
      await openDocs(tab, service.url);
      await keepPicture(tab, `docs-${name}`);
    }
    const described = Object.values<object>((await (await service.send("/openapi.json")).json()).paths);
    const operations = described.flatMap((path) => Object.keys(path).filter((key) => key !== "parameters"));
    assert.equal(await tab.run(`document.querySelectorAll(".opblock").length`), operations.length);
    assert.deepEqual(tab.complaints, []);
    assert.deepEqual(requestsElsewhere(tab, service.url), []);
  });
});

Deno.test("/docs opens an operation and executes it", async () => {
  await withWorld(async ({ chromium, service }) => {
    const tab = await chromium.newTab();
    await openDocs(tab, service.url);
    const operation = `.opblock:has([data-path="/healthz"])`;
    await tab.click(`${operation} .opblock-summary-control`);
    await tab.click(`${operation}:not(:has(.opblock-loading-animation)) .execute`);
    await tab.see(`${operation} .live-responses-table tbody .response-col_status`, "200");
    await keepPicture(tab, "docs-executed");
    const called = tab.requests.findLast(({ url }) => url.endsWith("/healthz"));
    assert.deepEqual([called?.url, called?.status], [`${service.url}/healthz`, 200]);
    assert.deepEqual(tab.complaints, []);
    assert.deepEqual(requestsElsewhere(tab, service.url), []);
  });
});

Deno.test("/docs shows how to sign in and what schemas are made of", async () => {
  await withWorld(async ({ chromium, service }) => {
    const tab = await chromium.newTab();
    await tab.look({ width: 1_200 });
    await openDocs(tab, service.url);
    await tab.click(".models-control");
    await tab.click(".models .json-schema-2020-12-accordion");
    await tab.click(".btn.authorize");
    await tab.fill(`.dialog-ux input[type="text"]`, "a token");
    await tab.click(".dialog-ux .auth-btn-wrapper .authorize");
    await tab.waitFor(`document.querySelector(".dialog-ux").innerText.includes("Authorized")`);
    await keepPicture(tab, "docs-authorized");
    assert.deepEqual(tab.complaints, []);
  });
});

Deno.test("the watch over /docs sees what breaks the policy, and the network is cut off", async () => {
  await withWorld(async ({ chromium, service, web }) => {
    const tab = await chromium.newTab();
    await openDocs(tab, service.url);
    await tab.run(`document.body.append(Object.assign(new Image(), { src: "https://example.com/a.png" }))`);
    await tab.waitFor("true");
    assert.match(tab.complaints.join(), /Content Security Policy/);
    // A page without a policy: the name leads nowhere.
    await tab.open(web.url);
    tab.forget();
    await assert.rejects(tab.run(`fetch("https://example.com/a.png")`), /Failed to fetch/);
    assert.deepEqual(requestsElsewhere(tab, web.url), ["https://example.com/a.png"]);
    assert.match(tab.complaints.join(), /ERR_NAME_NOT_RESOLVED/);
  });
});

import assert from "node:assert/strict";
import { addSeconds } from "../../src/platform/clock.ts";
import { pruneAccounts } from "../../src/accounts/prune_accounts.ts";
import { loggedIn } from "../support/browser.ts";
import { withMail } from "../support/mail_service.ts";

const DAY = 86_400;

Deno.test("pruneAccounts() removes what ended 30 days ago, and what expired, once", async () => {
  await withMail(async (service) => {
    const { deps, clock } = service;
    const browser = await loggedIn(service, "ada@example.com");
    const made = await browser.post("/api/me/tokens", { name: "t", scopes: ["read"] });
    await service.drain();
    await browser.post("/api/auth/forgot-password", { email: "ada@example.com" });
    await browser.delete(`/api/me/tokens/${made.body.id}`);
    await browser.delete(`/api/me/sessions/${(await browser.get("/api/me/sessions")).body[0].id}`);
    const prune = (seconds: number) => {
      clock.set(addSeconds(new Date("2026-11-23T12:00:00Z"), seconds));
      return pruneAccounts(deps);
    };
    const nothing = { sessions: 0, tokens: 0, links: 0, mails: 0, devices: 0, throttles: 0, tombstones: 0 };
    assert.deepEqual(await prune(0), nothing);
    assert.deepEqual(await prune(2 * DAY), { ...nothing, links: 1, throttles: 2 + 2 });
    assert.deepEqual(await prune(2 * DAY + 0.001), { ...nothing, mails: 1 });
    assert.deepEqual(await prune(30 * DAY), nothing);
    assert.deepEqual(await prune(30 * DAY + 0.001), { ...nothing, sessions: 1, tokens: 1 });
    assert.deepEqual(await prune(400 * DAY + 0.001), { ...nothing, devices: 1 });
    assert.deepEqual(await prune(400 * DAY + 1), nothing);
  });
});

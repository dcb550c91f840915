/** What is known of an address must not show in the time of an answer. Loose bounds: machines under test are busy. */
import assert from "node:assert/strict";
import { monotonicMs } from "../../src/platform/clock.ts";
import { openBrowser } from "../support/browser.ts";
import { MAIL_ENV, withMail } from "../support/mail_service.ts";

const ROUNDS = 60;
/** Medians may differ by this factor; without the same work they differ by five and more. */
const MAX_RATIO = 1.6;
const STRICT = { ...MAIL_ENV, ENVIRONMENT: "staging", PUBLIC_URL: "https://wax.example" };

/** Medians in ms of two calls made in turns, so that whatever else the machine does hits both. */
async function mediansOf(
  one: (round: number) => Promise<unknown>,
  two: typeof one,
): Promise<[number, number]> {
  const times: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, call] of [one, two].entries()) {
      const start = monotonicMs();
      await call(round);
      times[index]!.push(monotonicMs() - start);
    }
  }
  return times.map((list) => list.sort((a, b) => a - b)[ROUNDS / 2]!) as [number, number]; // safe: two in, two out
}

function assertEqualTime([known, unknown]: [number, number]): void {
  const ratio = Math.max(known, unknown) / Math.min(known, unknown);
  assert.ok(ratio < MAX_RATIO, `known ${known.toFixed(2)} ms, unknown ${unknown.toFixed(2)} ms`);
}

Deno.test("login takes as long for an unknown address as for a wrong password", async () => {
  await withMail(async (service) => {
    const browser = openBrowser(service);
    const { sql } = service.deps;
    await browser.register("ada@example.com");
    await sql`update users set email_verified = true`;
    const guess = (email: string) => async () => {
      await sql`delete from auth_throttles`;
      assert.equal((await browser.login(email, "wrong password")).status, 401);
    };
    assertEqualTime(await mediansOf(guess("ada@example.com"), guess("nobody@example.com")));
  }, STRICT);
});

Deno.test("register takes as long for an address that has an account", async () => {
  await withMail(async (service) => {
    const browser = openBrowser(service);
    const { sql } = service.deps;
    await browser.register("ada@example.com");
    await sql`update users set email_verified = true`;
    const register = (email: (round: number) => string) => async (round: number) => {
      await sql`delete from auth_throttles`;
      assert.equal((await browser.register(email(round))).status, 201);
    };
    const known = register(() => "ada@example.com");
    assertEqualTime(await mediansOf(known, register((round) => `new-${round}@example.com`)));
  }, STRICT);
});

Deno.test("forgot-password takes as long for an unknown address", async () => {
  await withMail(async (service) => {
    const browser = openBrowser(service);
    const { sql } = service.deps;
    await browser.register("ada@example.com");
    const ask = (email: string) => async () => {
      await sql`delete from auth_throttles`;
      assert.equal((await browser.post("/api/auth/forgot-password", { email })).status, 202);
    };
    assertEqualTime(await mediansOf(ask("ada@example.com"), ask("nobody@example.com")));
  }, STRICT);
});

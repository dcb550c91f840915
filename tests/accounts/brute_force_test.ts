/** Guessing is slowed, and its owner gets in all the same. */
import assert from "node:assert/strict";
import { DomainError } from "../../src/platform/errors.ts";
import { login, type LoginInput } from "../../src/accounts/login.ts";
import { register } from "../../src/accounts/register.ts";
import { openBrowser, PASSWORD } from "../support/browser.ts";
import { withMail } from "../support/mail_service.ts";
import { type TestService, withService } from "../support/service.ts";

const ADA = "ada@example.com";
const HOME = "192.0.2.1";

interface Door extends TestService {
  /** What a login came to: a device's cookie, or why not. */
  knock(input?: Partial<LoginInput>): Promise<string>;
  /** The device of the last login that succeeded. */
  device(): string | null;
  /** Seconds that the last refusal asked to wait. */
  wait(): number;
}

/** Ada has an account; she knocks from home unless said otherwise. */
async function withDoor(work: (door: Door) => Promise<void>): Promise<void> {
  await withService(async (service) => {
    await register(service.deps, { email: ADA, password: PASSWORD });
    let device: string | null = null;
    let wait = 0;
    const knock = async (input: Partial<LoginInput> = {}) => {
      try {
        const made = await login(service.deps, {
          email: ADA,
          password: PASSWORD,
          client: HOME,
          device_token: null,
          user_agent: null,
          ...input,
        });
        device = made.device_token;
        return "in";
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        wait = error.limit?.retry_after_seconds ?? 0;
        return error.limit?.scope ?? error.code;
      }
    };
    await work({ ...service, knock, device: () => device, wait: () => wait });
  });
}

/** The same knock several times. */
async function times(count: number, knock: () => Promise<string>): Promise<string[]> {
  const results: string[] = [];
  for (let at = 0; at < count; at++) results.push(await knock());
  return results;
}

const WRONG = { password: "wrong password" };

Deno.test("five guesses at one account from one address are free; then even the right password waits, and not for long", async () => {
  await withDoor(async ({ knock, clock, wait }) => {
    assert.deepEqual(await times(6, () => knock(WRONG)), [
      ...Array.from({ length: 5 }, () => "invalid_credentials"),
      "login_pair",
    ]);
    assert.equal(wait(), 30);
    clock.advance(29_999);
    assert.equal(await knock(), "login_pair");
    clock.advance(1);
    assert.equal(await knock(), "in");
    // The owner proved himself: all is forgotten.
    assert.deepEqual(await times(6, () => knock(WRONG)), [
      ...Array.from({ length: 5 }, () => "invalid_credentials"),
      "login_pair",
    ]);
  });
});

Deno.test("a stranger's guesses at an account do not slow its owner at another address", async () => {
  await withDoor(async ({ knock }) => {
    await times(20, () => knock({ ...WRONG, client: "203.0.113.9" }));
    assert.equal(await knock({ client: "203.0.113.9" }), "login_pair");
    assert.equal(await knock(), "in");
  });
});

Deno.test("thirty guesses from one address at all accounts are free; then its strangers wait, and known browsers do not", async () => {
  await withDoor(async ({ knock, device, clock, wait }) => {
    assert.equal(await knock(), "in");
    const known = { device_token: device() };
    const guesses = await times(31, () => knock({ email: `${crypto.randomUUID()}@example.com` }));
    assert.deepEqual([guesses[29], guesses[30], wait()], ["invalid_credentials", "login_address", 10]);
    assert.equal(await knock(), "login_address");
    assert.equal(await knock(known), "in");
    assert.equal(await knock({ client: "198.51.100.1" }), "in");
    clock.advance(9_999);
    assert.equal(await knock(), "login_address");
    clock.advance(1);
    assert.equal(await knock(), "in");
  });
});

Deno.test("a hundred guesses at one account from everywhere are free; then strangers wait, and a known browser does not", async () => {
  await withDoor(async ({ knock, device, clock, wait }) => {
    assert.equal(await knock(), "in");
    const known = { device_token: device() };
    let host = 0;
    const elsewhere = () => knock({ ...WRONG, client: `203.0.113.${host++}` });
    const guesses = await times(101, elsewhere);
    assert.deepEqual([guesses[99], guesses[100], wait()], ["invalid_credentials", "login_account", 60]);
    assert.equal(await knock({ client: "198.51.100.1" }), "login_account");
    assert.equal(await knock({ ...known, client: "198.51.100.1" }), "in");
    clock.advance(60_000);
    assert.equal(await knock({ client: "198.51.100.1" }), "in");
    // Succeeding gave back its own attempt and no other.
    assert.equal(await elsewhere(), "invalid_credentials");
    assert.equal(await elsewhere(), "login_account");
  });
});

Deno.test("a stolen device cookie does not make guessing free, and is worth nothing at another account", async () => {
  await withDoor(async ({ knock, device, deps }) => {
    await knock();
    const stolen = { device_token: device() };
    const guesses = await times(11, () => knock({ ...WRONG, ...stolen, client: crypto.randomUUID() }));
    assert.deepEqual(guesses.slice(9), ["invalid_credentials", "login_device"]);
    await register(deps, { email: "bob@example.com", password: PASSWORD });
    const atBob = await times(6, () => knock({ ...WRONG, ...stolen, email: "bob@example.com" }));
    assert.equal(atBob[5], "login_pair");
    assert.equal(
      await knock({ ...WRONG, device_token: "x".repeat(43), client: "198.51.100.1" }),
      "invalid_credentials",
    );
  });
});

Deno.test("guesses at an address that nobody has are slowed like any other", async () => {
  await withDoor(async ({ knock }) => {
    const guesses = await times(6, () => knock({ email: "nobody@example.com" }));
    assert.deepEqual(guesses.slice(4), ["invalid_credentials", "login_pair"]);
    assert.equal(await knock({ email: "NOBODY@example.com" }), "login_pair");
  });
});

Deno.test("a hundred guesses at once are no more than a hundred in a row", async () => {
  await withDoor(async ({ knock }) => {
    const guesses = await Promise.all(Array.from({ length: 30 }, () => knock(WRONG)));
    assert.equal(guesses.filter((one) => one === "invalid_credentials").length, 5);
  });
});

Deno.test("too many logins answer 429 with Retry-After and the scope", async () => {
  await withService(async (service) => {
    const browser = openBrowser(service);
    await browser.register(ADA);
    for (let at = 0; at < 5; at++) assert.equal((await browser.login(ADA, "wrong password")).status, 401);
    const { status, headers, body } = await browser.login(ADA);
    assert.deepEqual([status, headers.get("retry-after")], [429, "30"]);
    assert.deepEqual(body.error, {
      message: "Cannot log in now: it was tried too often; try again in 30 s",
      code: "rate_limited",
      status: 429,
      details: { scope: "login_pair", retry_after_seconds: 30 },
    });
  });
});

Deno.test("guesses are counted by the address at the other end, not by what a client writes", async () => {
  await withService(async ({ request }) => {
    const send = (path: string, password: string, { peer, forged }: { peer: string; forged?: string }) =>
      request(path, {
        method: "POST",
        headers: { "content-type": "application/json", "x-forwarded-for": forged ?? "" },
        body: JSON.stringify({ email: ADA, password }),
      }, peer);
    await send("/api/auth/register", PASSWORD, { peer: HOME });
    const statuses: number[] = [];
    for (let at = 0; at < 6; at++) {
      const from = { peer: "203.0.113.9", forged: `198.51.100.${at}` };
      statuses.push((await send("/api/auth/login", "wrong password", from)).status);
    }
    assert.deepEqual(statuses, [401, 401, 401, 401, 401, 429]);
    const inOneHouse = [
      "2001:db8::1",
      "2001:db8::2",
      "2001:db8::3",
      "2001:db8::4",
      "2001:db8::5",
      "2001:db8::6",
    ];
    const house: number[] = [];
    for (const peer of inOneHouse) {
      house.push((await send("/api/auth/login", "wrong password", { peer })).status);
    }
    assert.deepEqual(house, [401, 401, 401, 401, 401, 429]);
    assert.equal((await send("/api/auth/login", PASSWORD, { peer: HOME })).status, 200);
  });
});

Deno.test("whoever chose a new password by mail gets in at once, however hard strangers guess", async () => {
  await withMail(async (service) => {
    const { deps, smtp, drain } = service;
    await register(deps, { email: ADA, password: PASSWORD });
    for (let at = 0; at < 101; at++) {
      const guess = { email: ADA, ...WRONG, client: `203.0.113.${at}`, device_token: null, user_agent: null };
      await login(deps, guess).catch(() => {});
    }
    const browser = openBrowser(service);
    assert.equal((await browser.login(ADA)).status, 429);
    await browser.post("/api/auth/forgot-password", { email: ADA });
    await drain();
    const token = /token=([\w-]+)/.exec(smtp.mails.at(-1)!.text)?.[1];
    const reset = await browser.post("/api/auth/reset-password", { token, password: "another password" });
    assert.equal(reset.status, 200);
    assert.equal((await browser.login(ADA, "another password")).status, 200);
  });
});

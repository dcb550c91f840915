import assert from "node:assert/strict";
import { addSeconds } from "../../src/platform/clock.ts";
import { randomSecret } from "../../src/platform/crypto.ts";
import { createCookieJar } from "../../src/accounts/cookies.ts";
import { sessionExpiry } from "../../src/accounts/session_expiry.ts";
import { NOON } from "../support/clock.ts";

const DAY = 86_400;
const TOKEN = randomSecret();
const OTHER = randomSecret();

Deno.test("cookies outside development are bound to this host and to https", () => {
  const jar = createCookieJar({ isDevLike: false });
  assert.equal(
    jar.writeSession({ value: TOKEN, expires_at: addSeconds(NOON, DAY) }, NOON),
    `__Host-waxwatch_session=${TOKEN}; Max-Age=86400; Path=/; HttpOnly; SameSite=Lax; Secure`,
  );
  assert.equal(jar.readSession(`__Host-waxwatch_session=${TOKEN}`), TOKEN);
  assert.equal(jar.readSession(`waxwatch_session=${TOKEN}`), null);
});

Deno.test("cookies in development work over http", () => {
  const jar = createCookieJar({ isDevLike: true });
  assert.equal(
    jar.writeDevice({ value: TOKEN, expires_at: addSeconds(NOON, 1.5) }, NOON),
    `waxwatch_device=${TOKEN}; Max-Age=1; Path=/; HttpOnly; SameSite=Lax`,
  );
});

Deno.test("a cookie without a value dies", () => {
  const jar = createCookieJar({ isDevLike: true });
  assert.equal(
    jar.writeSession({ value: null, expires_at: addSeconds(NOON, DAY) }, NOON),
    "waxwatch_session=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax",
  );
});

for (
  const [what, header, expected] of [
    ["nothing", null, null],
    ["an empty header", "", null],
    ["a name without a value", "waxwatch_session", null],
    ["an empty value", "waxwatch_session=", null],
    ["a value of another form", "waxwatch_session=%00%ff\u00e9", null],
    ["another case", `WaxWatch_Session=${TOKEN}`, null],
    ["a longer name", `xwaxwatch_session=${TOKEN}`, null],
    ["others beside it", `a=b; waxwatch_session=${TOKEN}; waxwatch_device=${OTHER}`, TOKEN],
    ["garbage in front", `=;;; =x; a==; waxwatch_session=nonsense; waxwatch_session=${TOKEN}`, TOKEN],
    ["two of them", `waxwatch_session=${TOKEN}; waxwatch_session=${OTHER}`, TOKEN],
    ["quotes", `waxwatch_session="${TOKEN}"`, null],
  ] as const
) {
  Deno.test(`a session is read from a Cookie header with ${what}`, () => {
    assert.equal(createCookieJar({ isDevLike: true }).readSession(header), expected);
  });
}

for (
  const [madeDaysAgo, livesDays] of [[0, 30], [149, 30], [150, 30], [151, 29], [179, 1], [180, 0]] as const
) {
  Deno.test(`a session of ${madeDaysAgo} days that is used lives ${livesDays} days more`, () => {
    const expiry = sessionExpiry(addSeconds(NOON, -madeDaysAgo * DAY), NOON);
    assert.deepEqual(expiry, addSeconds(NOON, livesDays * DAY));
  });
}

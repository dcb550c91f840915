/** Every operation, called too often: 429 as the contract has it, and the headers that say how much is left. */
import assert from "node:assert/strict";
import { createHttpApp } from "../../src/app/http.ts";
import type { MountedOperation } from "../../src/platform/api/document.ts";
import { RateLimiter } from "../../src/platform/rate_limit.ts";
import { entryOf } from "./entries/mod.ts";
import { initOf, see, targetOf } from "./support/call.ts";
import { assertAnswer, credentialOf, eachOperation } from "./support/checks.ts";
import type { World } from "./support/world.ts";

const isLimited = ({ path }: MountedOperation) => path.startsWith("/api/");

/** A caller of `operation` where every budget is one request. */
async function frugal(world: World, operation: MountedOperation) {
  const app = createHttpApp({ ...world.deps, limiter: new RateLimiter(world.deps), rateLimitScale: 0.001 });
  const who = await world.person();
  const call = await entryOf(operation).valid(who);
  const init = initOf(operation, call, await credentialOf(operation, who));
  const target = targetOf(operation, call);
  return async () => await see(await app.request(target, init), { method: init.method!, target }); // safe: initOf() sets it
}

Deno.test("too many calls are refused with 429, which says what is used up and when to come again", async (t) => {
  await eachOperation(t, isLimited, async (world, operation) => {
    const ask = await frugal(world, operation);
    await ask();
    const seen = await ask();
    assertAnswer(world, operation, { seen, status: 429 });
    const { details } = JSON.parse(seen.text).error;
    assert.equal(seen.headers.get("retry-after"), String(details.retry_after_seconds));
    // The window, and the seconds for which a permit may have been leased before it was used.
    assert.ok(details.retry_after_seconds >= 1 && details.retry_after_seconds <= 70, seen.text);
    assert.equal(seen.headers.get("ratelimit-limit"), "1");
    assert.equal(seen.headers.get("ratelimit-remaining"), "0");
    assert.ok(
      seen.headers.get("ratelimit-policy")?.includes(details.scope),
      "another budget than the one used up",
    );
  });
});

Deno.test("health, metrics and the description are answered however often they are asked for", async (t) => {
  await eachOperation(t, (operation) => !isLimited(operation), async (world, operation) => {
    const ask = await frugal(world, operation);
    for (let round = 0; round < 5; round++) {
      const seen = await ask();
      assertAnswer(world, operation, { seen, status: world.published.successes(operation) });
      assert.equal(seen.headers.get("ratelimit-limit"), null);
    }
  });
});

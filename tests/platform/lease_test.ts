import assert from "node:assert/strict";
import {
  HEARTBEAT_SECONDS,
  LEASE_SECONDS,
  LeaseLostError,
  SWEEP_SECONDS,
  withHeartbeat,
} from "../../src/platform/lease.ts";

/** Settles when the signal aborts, by rejecting with its reason. */
function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) =>
    signal.addEventListener("abort", () => reject(signal.reason), { once: true })
  );
}

Deno.test("lease constants allow three beats in a lease and recovery within 15 s", () => {
  assert.ok(3 * HEARTBEAT_SECONDS < LEASE_SECONDS);
  assert.ok(LEASE_SECONDS + SWEEP_SECONDS < 15);
});

Deno.test("withHeartbeat() renews while the work runs and gives its answer", async () => {
  const third = Promise.withResolvers<void>();
  let beats = 0;
  const renew = () => {
    if (++beats === 3) third.resolve();
    return Promise.resolve(true);
  };
  const answer = await withHeartbeat({ renew, everyMs: 1 }, async (signal) => {
    await third.promise;
    assert.equal(signal.aborted, false);
    return "done";
  });
  assert.equal(answer, "done");
});

Deno.test("withHeartbeat() aborts the work with LeaseLostError when the row belongs to another", async () => {
  let beats = 0;
  const renew = () => Promise.resolve(++beats < 2);
  await assert.rejects(withHeartbeat({ renew, everyMs: 1 }, untilAborted), LeaseLostError);
  assert.equal(beats, 2);
});

Deno.test("withHeartbeat() tries a renewal that failed again at the next beat", async () => {
  const renewed = Promise.withResolvers<void>();
  let beats = 0;
  const renew = () => {
    if (++beats < 3) return Promise.reject(new Error("the database is away"));
    renewed.resolve();
    return Promise.resolve(true);
  };
  await withHeartbeat({ renew, everyMs: 1 }, () => renewed.promise);
  assert.equal(beats >= 3, true);
});

Deno.test("withHeartbeat() passes the error of the work on and beats no more", async () => {
  let beats = 0;
  const renew = () => Promise.resolve(++beats > 0);
  const failed = withHeartbeat({ renew, everyMs: 1 }, () => Promise.reject(new Error("work failed")));
  await assert.rejects(failed, /work failed/);
  assert.equal(beats, 0);
});

Deno.test("withHeartbeat() returns only after a running renewal has ended", async () => {
  const renewing = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<boolean>();
  let returned = false;
  const renew = () => {
    renewing.resolve();
    return answer.promise;
  };
  const run = withHeartbeat({ renew, everyMs: 1 }, () => renewing.promise).then(() => returned = true);
  await renewing.promise;
  await Promise.resolve();
  assert.equal(returned, false);
  answer.resolve(true);
  await run;
});

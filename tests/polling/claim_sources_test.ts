import assert from "node:assert/strict";
import { claimPolls, lanesOf, placesOfLane } from "../../src/polling/claim_polls.ts";
import { aRule } from "../support/factories.ts";
import { type FakeShop, SHOP_ENV, startFakeShop } from "../support/fake_shop.ts";
import { type Client, type TestService, withService } from "../support/service.ts";

interface Given extends TestService {
  ada: Client;
  shops: FakeShop[];
  /** Adds and watches one; its provider. */
  watch(url: string): Promise<string>;
  /** What is claimed now, where these lanes have places and all others ten, by provider. */
  claim(places?: Record<string, number>): Promise<string[]>;
}

function withShops(count: number, work: (given: Given) => Promise<void>): Promise<void> {
  return withService(async (service) => {
    await using stack = new AsyncDisposableStack();
    const shops = Array.from({ length: count }, () => stack.use(startFakeShop()));
    const ada = await service.client("ada");
    const watch = async (url: string) => {
      const { body } = await ada.post("/api/sources", { url });
      await ada.post("/api/watch-rules", aRule({}, { keywords: ["miles"], sources: [body.provider] }));
      return body.provider;
    };
    const claim = async (places: Record<string, number> = {}) => {
      const roomOf = (lane: string) => places[lane] ?? placesOfLane(lane, { hosts: 9, provider: 9 });
      const claimed = await claimPolls(service.deps, { now: service.clock.now(), limit: 64, roomOf });
      return claimed.map(({ provider }) => provider).sort();
    };
    await work({ ...service, ada, shops, watch, claim });
  }, { ...SHOP_ENV, SIMULATED_MARKET: "true" });
}

Deno.test("claimPolls() gives all shops and feeds the places of hosts, and takes none of others'", () =>
  withShops(5, async ({ ada, shops, watch, claim }) => {
    for (const shop of shops) await watch(`${shop.url}/feeds/a`);
    await ada.post("/api/watch-rules", aRule());
    const families = async (hosts: number) => (await claim({ hosts })).map((id) => id.split(":")[0]);
    assert.deepEqual(await families(2), ["feed", "feed", "mock"]);
    // What is claimed is not claimed again; without places nothing is.
    assert.deepEqual(await families(0), []);
    assert.deepEqual(await families(9), ["feed", "feed", "feed"]);
  }));

Deno.test("claimPolls() gives a host one place, whatever number of its shops and feeds are due", () =>
  withShops(2, async ({ shops: [many, one], watch, claim }) => {
    const addresses = ["/collections/a", "/collections/b", "/feeds/a"].map((path) => many!.url + path);
    const ofMany: string[] = [];
    for (const address of addresses) ofMany.push(await watch(address));
    const other = await watch(one!.url);
    const first = await claim();
    assert.equal(first.length, 2);
    assert.ok(first.includes(other));
    const host = `host:${new URL(many!.url).host.replace(":", "-")}`;
    assert.deepEqual(await claim({ [host]: 0 }), []);
    const rest = [...await claim(), ...await claim()];
    assert.deepEqual([...first, ...rest].sort(), [...ofMany, other].sort());
  }));

Deno.test("claimPolls() gives hosts that failed the last time a part of the places", () =>
  withShops(5, async ({ deps, clock, shops, watch, claim }) => {
    const providers: string[] = [];
    for (const shop of shops) providers.push(await watch(shop.url));
    const failed = providers.slice(0, 4).sort();
    await deps.sql`
      insert into provider_states (provider, failures, blocked_until)
      select provider, 1, ${clock.now()} from unnest(${failed}::text[]) as failed (provider)`;
    const claimed = await claim({ "hosts that failed": 1 });
    assert.equal(claimed.length, 2);
    assert.ok(claimed.includes(providers[4]!));
    assert.equal((await claim({ "hosts that failed": 9 })).length, 3);
  }));

Deno.test("lanesOf() knows the host of every shop and feed, and placesOfLane() gives it one place", () => {
  const cases: [id: string, lanes: string[]][] = [
    ["shopify:shop.example", ["host:shop.example", "hosts"]],
    ["shopify:shop.example--vinyl", ["host:shop.example", "hosts"]],
    ["feed:shop.example-0123456789", ["host:shop.example", "hosts"]],
    ["shopify:xn--plattenbrse-zfb.example", ["host:xn--plattenbrse-zfb.example", "hosts"]],
    ["shopify:shop.xn--p1ai--vinyl", ["host:shop.xn--p1ai", "hosts"]],
    // All sellers are asked at one host, which is not theirs.
    ["discogs_seller:wax-fan", ["discogs_seller"]],
    ["ebay", ["ebay"]],
  ];
  for (const [id, lanes] of cases) assert.deepEqual(lanesOf(id), lanes);
  assert.deepEqual(lanesOf("shopify:shop.example", { failed: true }).slice(2), ["hosts that failed"]);
  const places = { hosts: 16, provider: 4 };
  const all = ["host:shop.example", "hosts", "hosts that failed", "ebay"];
  assert.deepEqual(all.map((lane) => placesOfLane(lane, places)), [1, 16, 6, 4]);
});

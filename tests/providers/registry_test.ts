import assert from "node:assert/strict";
import type { Provider } from "../../src/providers/contract.ts";
import { createRegistry } from "../../src/providers/registry.ts";
import { SIMULATED_TERMS } from "../../src/providers/terms.ts";

function aProvider(id: string): Provider {
  return {
    id,
    name: id,
    capabilities: {
      kind: "offers",
      filters: [],
      gradeSource: "none",
      currencySource: "none",
      minIntervalSeconds: 1,
      maxPagesPerPoll: 1,
      quota: null,
      terms: SIMULATED_TERMS,
    },
    plan: () => [],
    search: () => Promise.resolve({ listings: [], next: null }),
  };
}

Deno.test("createRegistry() knows disabled providers and says why they are disabled", () => {
  const registry = createRegistry([
    { provider: aProvider("mock"), enabled: true },
    { provider: aProvider("ebay"), enabled: false, disabledReason: "no credentials are configured" },
    { provider: aProvider("shop"), enabled: false },
  ]);
  assert.deepEqual(registry.known(), ["mock", "ebay", "shop"]);
  assert.deepEqual(registry.enabled().map((provider) => provider.id), ["mock"]);
  assert.equal(registry.get("ebay")?.id, "ebay");
  assert.equal(registry.get("nowhere"), null);
  assert.deepEqual(["mock", "ebay", "nowhere"].map(registry.isEnabled), [true, false, false]);
  assert.deepEqual(["mock", "ebay", "shop", "nowhere"].map(registry.disabledReason), [
    null,
    "no credentials are configured",
    "disabled in the configuration",
    null,
  ]);
});

Deno.test("createRegistry() refuses an id twice", () => {
  const entry = { provider: aProvider("mock"), enabled: true };
  assert.throws(() => createRegistry([entry, entry]), /"mock"/);
});

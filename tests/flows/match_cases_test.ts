import assert from "node:assert/strict";
import { ok } from "../support/answers.ts";
import { inboxOf, ingest } from "../support/calls.ts";
import { aListing, aRule } from "../support/factories.ts";
import { type TestService, withService } from "../support/service.ts";
import { needsRates, readSharedCases, type RuleCase } from "../support/shared_cases.ts";

/** One of each kind, so that the flow is tested also where the shared cases are not at hand. */
const OWN_CASES: RuleCase[] = [
  {
    id: "phrase",
    rule: { keywords: ["blue train"] },
    listing: { title: "John Coltrane - Blue Train" },
    expected: true,
  },
  {
    id: "not a substring",
    rule: { keywords: ["rain"] },
    listing: { title: "John Coltrane - Blue Train" },
    expected: false,
  },
  {
    id: "joined",
    rule: { keywords: ["trip hop"] },
    listing: { title: "TripHop Classics 2LP" },
    expected: true,
  },
  {
    id: "split",
    rule: { keywords: ["triphop"] },
    listing: { title: "Trip-Hop Classics 2LP" },
    expected: true,
  },
  {
    id: "optional article",
    rule: { keywords: ["the stooges"] },
    listing: { title: "Stooges - Fun House" },
    expected: true,
  },
  {
    id: "one of many",
    rule: { any_keywords: ["neu", "can"] },
    listing: { title: "Can - Tago Mago" },
    expected: true,
  },
  {
    id: "none of many",
    rule: { any_keywords: ["neu", "cluster"] },
    listing: { title: "Can - Tago Mago" },
    expected: false,
  },
  {
    id: "exclusion",
    rule: { keywords: ["can"], exclude_keywords: ["cd"] },
    listing: { title: "Can - Tago Mago 2CD" },
    expected: false,
  },
  {
    id: "free text",
    rule: { q: "mago can -cd" },
    listing: { title: "Can - Tago Mago 2LP" },
    expected: true,
  },
  {
    id: "upper bound",
    rule: { keywords: ["can"], max_price: 20 },
    listing: { title: "Can", price: 20 },
    expected: true,
  },
  {
    id: "a cent above",
    rule: { keywords: ["can"], max_price: 20 },
    listing: { title: "Can", price: 20.01 },
    expected: false,
  },
  {
    id: "unknown price",
    rule: { keywords: ["can"], max_price: 20 },
    listing: { title: "Can", price: null },
    expected: false,
  },
  {
    id: "foreign price",
    rule: { keywords: ["can"], max_price: 20 },
    listing: { title: "Can", price: 9, currency: "EUR" },
    expected: false,
  },
  {
    id: "grade",
    rule: { keywords: ["can"], min_condition: "VG+" },
    listing: { title: "Can", condition: "NM or M-" },
    expected: true,
  },
  {
    id: "grade below",
    rule: { keywords: ["can"], min_condition: "VG+" },
    listing: { title: "Can", condition: "VG" },
    expected: false,
  },
  {
    id: "grade unknown",
    rule: { keywords: ["can"], min_condition: "VG+" },
    listing: { title: "Can", condition: "Used" },
    expected: false,
  },
  {
    id: "other provider",
    rule: { keywords: ["can"], sources: ["ebay"] },
    listing: { title: "Can" },
    expected: false,
  },
  {
    id: "no token",
    rule: { keywords: ["!!!"] },
    listing: { title: "!!! - Louden Up Now" },
    expected: false,
  },
];

for (const [name, cases] of [["own", OWN_CASES], ["shared", sharedCases()]] as const) {
  Deno.test(`a rule alerts on a listing exactly where the ${name} matching cases say so`, async () => {
    await withService(async (service) => {
      const wrong: string[] = [];
      for (const one of cases) {
        const alerted = await alerts(service, one);
        if (alerted !== one.expected) wrong.push(`${one.id}: alerted ${alerted}, expected ${one.expected}`);
      }
      assert.deepEqual(wrong, []);
    });
  });
}

/** Saves the rule, then ingests the listing, as a client and a provider would; a refused rule alerts on nothing. */
async function alerts({ client }: TestService, { id, rule, listing }: RuleCase): Promise<boolean> {
  const person = await client(`case-${id.replaceAll(" ", "-")}-${crypto.randomUUID()}`);
  const body = aRule({ name: id }, { keywords: [], ...rule });
  const saved = await person.api.POST("/api/watch-rules", { body });
  if (saved.response.status === 422) return false;
  ok(saved, 201);
  await ingest(person, aListing({ listed_at: "2026-11-23T12:00:00Z", ...listing }));
  return (await inboxOf(person)).length === 1;
}

/** The shared cases as rules and listings; those with exchange rates are for rates_test.ts. */
function sharedCases(): RuleCase[] {
  const { keyword, exclude, q, rule } = readSharedCases();
  return [
    ...keyword.map((one) => ({
      ...one,
      rule: { keywords: [one.keyword] },
      listing: { title: one.title },
    })),
    ...exclude.map((one) => ({
      id: one.id,
      rule: { keywords: one.title.split(" ").slice(0, 1), exclude_keywords: [one.keyword] },
      listing: { title: one.title },
      expected: !one.fires,
    })),
    ...q.map((one) => ({ ...one, rule: { q: one.q }, listing: { title: one.title } })),
    ...rule.filter((one) => !needsRates(one)),
  ];
}

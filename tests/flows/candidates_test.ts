import assert from "node:assert/strict";
import { reanchorRules } from "../../src/alerts/reanchor_rules.ts";
import { HOT_TOKENS_VERSION } from "../../src/matching/hot_tokens.ts";
import { byId, ok } from "../support/answers.ts";
import { inboxOf, ingest, saveRule } from "../support/calls.ts";
import { withDatabase } from "../support/database.ts";
import { compareWithBruteForce } from "../support/differential.ts";
import { aListing, aRule } from "../support/factories.ts";
import { withService } from "../support/service.ts";

Deno.test("findCandidates() proposes every rule that brute force finds, and verdicts are the same", async () => {
  await withDatabase(async (sql) => {
    const report = await compareWithBruteForce(sql, { listings: 2_000, rules: 400, seed: 1 });
    assert.ok(report.textual > 1_000 && report.matches > 300 && report.paired > 20, JSON.stringify(report));
  });
});

Deno.test("a rule of common words only alerts, by its pair and by its backfill", async () => {
  await withService(async (service) => {
    const ada = await service.client("ada");
    const bob = await service.client("bob");
    await saveRule(ada, aRule({}, { keywords: ["live", "love", "vinyl"] }));
    await ingest(ada, aListing({ title: "Love - Live (Vinyl LP)" }));
    assert.equal((await inboxOf(ada)).length, 1);
    await saveRule(bob, aRule({}, { keywords: ["live", "love", "vinyl"] }));
    await service.drain();
    assert.equal((await inboxOf(bob)).length, 1);
  });
});

Deno.test("reanchorRules() indexes rules of another version anew, once, and leaves out inactive ones", async () => {
  await withService(async (service) => {
    const { sql } = service.deps;
    const person = await service.client("ada");
    const made = await saveRule(person, aRule({}, { keywords: ["live", "love", "vinyl"] }));
    const off = await saveRule(person, aRule({}, { keywords: ["zappa"] }));
    ok(await person.api.DELETE("/api/watch-rules/{id}", byId(off.id)));
    await sql`update compiled_rules set anchors_version = 0`;
    await sql`update rule_anchors set anchor = 'vinyl', tokens = '{}'`;
    // As an older version left it: found, though through a common word.
    await ingest(person, aListing({ title: "Love - Live (Vinyl LP)" }));
    assert.equal((await inboxOf(person)).length, 1);
    assert.deepEqual(await reanchorRules({ sql }), { reanchored_count: 1 });
    assert.deepEqual(await reanchorRules({ sql }), { reanchored_count: 0 });
    const rows = await sql`
      select anchor, tokens, anchors_version from rule_anchors a join compiled_rules c on c.id = a.compiled_rule_id
      where c.owner_id = ${made.id}`;
    assert.deepEqual(rows, [
      { anchor: "live love", tokens: ["vinyl"], anchors_version: HOT_TOKENS_VERSION },
    ]);
  });
});

/** What is asked of the format is answered by eBay's category where a title is silent, and where it misleads. */
import assert from "node:assert/strict";
import { inboxOf, saveRule } from "../support/calls.ts";
import { anEbayItem, ebayEnv, TOKEN_PATH } from "../support/ebay.ts";
import { aRule } from "../support/factories.ts";
import { json, startScriptedServer } from "../support/scripted_server.ts";
import { withService } from "../support/service.ts";

const VINYL = "176985";
const CDS = "176984";

Deno.test("a rule for vinyl finds records whose titles do not say so, one for LPs no CD that is called LP", async () => {
  const titles: Record<string, string[]> = {
    [VINYL]: ["Eminem The Eminem Show 2002 original", "Eminem - The Marshall Mathers LP 2xLP"],
    [CDS]: ["Eminem - The Marshall Mathers LP", "Eminem The Eminem Show (clean)"],
  };
  await using ebay = startScriptedServer(({ path, query }) => {
    if (path === TOKEN_PATH) return json({ access_token: "t", expires_in: 7200 });
    const category = query.get("category_ids") ?? "";
    const rows = (titles[category] ?? []).map((title, n) =>
      anEbayItem({ itemId: `v1|${category}${n}|0`, title, leafCategoryIds: [category] })
    );
    return json({ total: rows.length, itemSummaries: rows });
  });
  await withService(async ({ client, drain }) => {
    const found = async (name: string, formats: string[]) => {
      const person = await client(name);
      await saveRule(person, aRule({}, { sources: ["ebay"], keywords: ["eminem"], formats }));
      await drain();
      return (await inboxOf(person)).filter((one) => one.event_type === "NEW_MATCH").map((one) => one.title)
        .sort();
    };
    assert.deepEqual(await found("vinyl", ["vinyl"]), [...titles[VINYL]!].sort());
    assert.deepEqual(await found("cds", ["cd"]), [...titles[CDS]!].sort());
    assert.deepEqual(await found("lps", ["lp"]), ["Eminem - The Marshall Mathers LP 2xLP"]);
    assert.deepEqual(await found("either", ["lp", "cd"]), [
      "Eminem - The Marshall Mathers LP",
      "Eminem - The Marshall Mathers LP 2xLP",
      "Eminem The Eminem Show (clean)",
    ]);
  }, ebayEnv(ebay.url));
});

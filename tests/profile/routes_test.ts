import assert from "node:assert/strict";
import { aRule } from "../support/factories.ts";
import { withService } from "../support/service.ts";

const ME = "/api/me";

Deno.test("GET /api/me answers every field of the contract", async () => {
  await withService(async ({ client }) => {
    const ada = await client("ada");
    const { status, body } = await ada.get(ME);
    assert.equal(status, 200);
    assert.deepEqual(body, {
      id: ada.userId,
      email: "ada@example.com",
      display_name: null,
      is_active: true,
      preferences: {
        timezone: "UTC",
        currency: "USD",
        notifications_email: true,
        notifications_push: true,
        quiet_hours_start: null,
        quiet_hours_end: null,
        notification_timezone: null,
        delivery_frequency: "instant",
        ebay_marketplace: null,
      },
      integrations: ["ebay", "discogs", "mock"].map((provider) => ({
        provider,
        linked: false,
        watch_rule_count: 0,
      })),
      created_at: "2026-11-23T12:00:00.000Z",
      updated_at: "2026-11-23T12:00:00.000Z",
    });
  });
});

Deno.test("GET /api/me counts the user's active rules per provider", async () => {
  await withService(async ({ client }) => {
    const [ada, bob] = [await client("ada"), await client("bob")];
    await ada.post("/api/watch-rules", aRule({}, { sources: ["ebay", "mock"] }));
    await ada.post("/api/watch-rules", aRule());
    await ada.post("/api/watch-rules", aRule({ is_active: false }));
    await bob.post("/api/watch-rules", aRule());
    const counts = (await ada.get(ME)).body.integrations.map((one: { watch_rule_count: number }) =>
      one.watch_rule_count
    );
    assert.deepEqual(counts, [1, 0, 2]);
  });
});

Deno.test("PATCH /api/me changes what it names and leaves the rest, and null clears what can be cleared", async () => {
  await withService(async ({ client, clock }) => {
    const ada = await client("ada");
    clock.advance(1000);
    const changed = await ada.patch(ME, {
      display_name: " Ada ",
      preferences: {
        timezone: "europe/berlin",
        currency: "eur",
        notifications_push: false,
        quiet_hours_start: 22,
        quiet_hours_end: 7,
        notification_timezone: "Asia/Kathmandu",
        delivery_frequency: "daily",
        ebay_marketplace: "EBAY_GB",
      },
    });
    assert.equal(changed.status, 200, JSON.stringify(changed.body));
    assert.deepEqual((await ada.get(ME)).body, changed.body);
    assert.deepEqual([changed.body.display_name, changed.body.updated_at], [
      "Ada",
      "2026-11-23T12:00:01.000Z",
    ]);
    assert.deepEqual(changed.body.preferences, {
      timezone: "Europe/Berlin",
      currency: "EUR",
      notifications_email: true,
      notifications_push: false,
      quiet_hours_start: 22,
      quiet_hours_end: 7,
      notification_timezone: "Asia/Kathmandu",
      delivery_frequency: "daily",
      ebay_marketplace: "EBAY_GB",
    });
    const cleared = await ada.patch(ME, {
      display_name: null,
      preferences: { quiet_hours_start: null, quiet_hours_end: null, notification_timezone: null },
    });
    assert.equal(cleared.body.display_name, null);
    const { quiet_hours_start, quiet_hours_end, notification_timezone, timezone } = cleared.body.preferences;
    assert.deepEqual([quiet_hours_start, quiet_hours_end, notification_timezone, timezone], [
      null,
      null,
      null,
      "Europe/Berlin",
    ]);
  });
});

Deno.test("PATCH /api/me that changes nothing writes nothing", async () => {
  await withService(async ({ client, clock }) => {
    const ada = await client("ada");
    const before = (await ada.get(ME)).body;
    clock.advance(60_000);
    for (const body of [{}, { preferences: {} }, { display_name: null, preferences: { currency: "USD" } }]) {
      assert.deepEqual(await ada.patch(ME, body).then((answer) => answer.body), before);
    }
  });
});

/** A body that is refused, and the field its error names. */
const REFUSED: [string, unknown, string][] = [
  ["a list", [], "body"],
  ["an unknown field", { colour: 1 }, "body.colour"],
  ["an e-mail", { email: "x@example.com" }, "body.email"],
  ["is_active", { is_active: false }, "body.is_active"],
  ["an unknown preference", { preferences: { colour: 1 } }, "body.preferences.colour"],
  ["preferences that are null", { preferences: null }, "body.preferences"],
  ["an empty name", { display_name: " " }, "body.display_name"],
  ["a name of 121 characters", { display_name: "x".repeat(121) }, "body.display_name"],
  ["a name that is no text", { display_name: 5 }, "body.display_name"],
  ["an unknown zone", { preferences: { timezone: "Mars/Olympus" } }, "body.preferences.timezone"],
  ["an offset as zone", { preferences: { timezone: "+05:30" } }, "body.preferences.timezone"],
  ["a zone that is null", { preferences: { timezone: null } }, "body.preferences.timezone"],
  ["an empty zone", { preferences: { notification_timezone: "" } }, "body.preferences.notification_timezone"],
  ["an invented currency", { preferences: { currency: "ABC" } }, "body.preferences.currency"],
  ["a currency that is null", { preferences: { currency: null } }, "body.preferences.currency"],
  [
    "a flag as text",
    { preferences: { notifications_email: "true" } },
    "body.preferences.notifications_email",
  ],
  [
    "a flag that is null",
    { preferences: { notifications_push: null } },
    "body.preferences.notifications_push",
  ],
  [
    "a start of 24",
    { preferences: { quiet_hours_start: 24, quiet_hours_end: 7 } },
    "body.preferences.quiet_hours_start",
  ],
  [
    "a start of -1",
    { preferences: { quiet_hours_start: -1, quiet_hours_end: 7 } },
    "body.preferences.quiet_hours_start",
  ],
  [
    "a start of 22.5",
    { preferences: { quiet_hours_start: 22.5, quiet_hours_end: 7 } },
    "body.preferences.quiet_hours_start",
  ],
  [
    "a start as text",
    { preferences: { quiet_hours_start: "22", quiet_hours_end: 7 } },
    "body.preferences.quiet_hours_start",
  ],
  ["a start without an end", { preferences: { quiet_hours_start: 22 } }, "body.preferences.quiet_hours_end"],
  ["an end without a start", { preferences: { quiet_hours_end: 7 } }, "body.preferences.quiet_hours_start"],
  [
    "an empty window",
    { preferences: { quiet_hours_start: 7, quiet_hours_end: 7 } },
    "body.preferences.quiet_hours_end",
  ],
  [
    "an unknown frequency",
    { preferences: { delivery_frequency: "weekly" } },
    "body.preferences.delivery_frequency",
  ],
  [
    "a frequency that is null",
    { preferences: { delivery_frequency: null } },
    "body.preferences.delivery_frequency",
  ],
];

for (const [what, body, field] of REFUSED) {
  Deno.test(`PATCH /api/me answers 422 for ${what}, naming ${field}, and changes nothing`, async () => {
    await withService(async ({ client }) => {
      const ada = await client("ada");
      const before = (await ada.get(ME)).body;
      const answer = await ada.patch(ME, body);
      assert.equal(answer.status, 422, JSON.stringify(answer.body));
      const named = answer.body.error.details.map((one: { loc: unknown[] }) => one.loc.join("."));
      assert.deepEqual(named, [field]);
      assert.deepEqual((await ada.get(ME)).body, before);
    });
  });
}

Deno.test("quiet hours are checked as they are after the patch, also by two patches at once", async () => {
  await withService(async ({ client }) => {
    const ada = await client("ada");
    const quiet = (hours: Record<string, number | null>) => ada.patch(ME, { preferences: hours });
    await quiet({ quiet_hours_start: 22, quiet_hours_end: 7 });
    assert.equal((await quiet({ quiet_hours_end: 8 })).status, 200);
    assert.equal((await quiet({ quiet_hours_start: 8 })).status, 422);
    assert.equal((await quiet({ quiet_hours_start: null })).status, 422);
    const both = await Promise.all([quiet({ quiet_hours_start: 0 }), quiet({ quiet_hours_end: 0 })]);
    assert.deepEqual(both.map((one) => one.status).sort(), [200, 422]);
  });
});

Deno.test("a new currency holds for rules made later and leaves those that exist", async () => {
  await withService(async ({ client }) => {
    const ada = await client("ada");
    const before = (await ada.post("/api/watch-rules", aRule())).body;
    await ada.patch(ME, { preferences: { currency: "EUR" } });
    const after = (await ada.post("/api/watch-rules", aRule())).body;
    const old = (await ada.get(`/api/watch-rules/${before.id}`)).body;
    assert.deepEqual([old.query.currency, after.query.currency], ["USD", "EUR"]);
  });
});

Deno.test("/api/me answers 401 without a token, and a token for reading may not change it", async () => {
  await withService(async ({ client, request, deps }) => {
    const ada = await client("ada");
    assert.equal((await request(ME)).status, 401);
    await deps.sql`update api_tokens set scopes = array['read']`;
    assert.deepEqual([(await ada.get(ME)).status, (await ada.patch(ME, {})).status], [200, 403]);
  });
});

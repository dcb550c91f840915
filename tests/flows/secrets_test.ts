/** What an operator configures and a user entrusts shows in no log, answer or table, whatever fails and whoever lies. */
import assert from "node:assert/strict";
import type { paths } from "../../docs/client/api.ts";
import { compose } from "../../src/app/compose.ts";
import { createHttpApp } from "../../src/app/http.ts";
import { createJobHandler, workSources } from "../../src/app/jobs.ts";
import { runScript } from "../../src/platform/connection.ts";
import { createLog } from "../../src/platform/log.ts";
import { withoutSent } from "../../src/platform/http_redact.ts";
import { ok, refused } from "../support/answers.ts";
import { saveRule } from "../support/calls.ts";
import { fakeClock } from "../support/clock.ts";
import { withDatabaseUrl } from "../support/database.ts";
import { aKeyPair, aNotice, signatureOf } from "../support/ebay_notices.ts";
import { aRule } from "../support/factories.ts";
import { json, type Script, startScriptedServer } from "../support/scripted_server.ts";
import { search } from "../support/search.ts";
import { CHEAP_PASSWORDS, createClient, testConfig } from "../support/service.ts";
import { startSmtpServer } from "../support/smtp_server.ts";

const SECRETS = {
  SMTP_PASSWORD: "planted-smtp-password",
  EBAY_CLIENT_SECRET: "planted-ebay-secret",
  EBAY_VERIFICATION_TOKEN: "planted-verification-token-of-ebay",
  DISCOGS_TOKEN: "planted-discogs-token",
  METRICS_TOKEN: "planted-metrics-token",
  ENCRYPTION_KEY: new TextEncoder().encode("planted-key-of-thirty-two-bytes!").toBase64(),
  USER_TOKEN: "planted-token-of-a-user",
};

/** A marketplace that quotes in its refusal every header it was sent. */
const quoteEverything: Script = ({ headers, query, body }) => {
  const said = `${[...headers.values()].join(" ")} ${query} ${body}`;
  return json({ message: said, errors: [{ errorId: 1003, message: said }], error_description: said }, {
    status: 400,
  });
};

Deno.test("no secret reaches a log, an answer or a table, though providers quote it and the database fails", async () => {
  await using ebay = startScriptedServer(quoteEverything);
  await using discogs = startScriptedServer(quoteEverything);
  await using smtp = startSmtpServer();
  smtp.answer(() => `535 wrong password ${SECRETS.SMTP_PASSWORD.length}`);
  await withDatabaseUrl(async (url) => {
    const clock = fakeClock();
    const lines: string[] = [];
    const log = createLog({
      format: "json",
      level: "debug",
      now: clock.now,
      write: (line) => lines.push(line),
    });
    const smtpUrl = new URL(smtp.url);
    smtpUrl.username = "mailer";
    smtpUrl.password = SECRETS.SMTP_PASSWORD;
    const config = testConfig(url, {
      SMTP_URL: smtpUrl.href,
      MAIL_FROM: "alerts@example.com",
      EBAY_CLIENT_ID: "planted-ebay-id",
      EBAY_CLIENT_SECRET: SECRETS.EBAY_CLIENT_SECRET,
      EBAY_VERIFICATION_TOKEN: SECRETS.EBAY_VERIFICATION_TOKEN,
      EBAY_API_URL: ebay.url,
      EBAY_AUTH_URL: ebay.url,
      DISCOGS_TOKEN: SECRETS.DISCOGS_TOKEN,
      DISCOGS_API_URL: discogs.url,
      METRICS_TOKEN: SECRETS.METRICS_TOKEN,
      ENCRYPTION_KEYS: `k1:${SECRETS.ENCRYPTION_KEY}`,
      SIMULATED_MARKET: "true",
    });
    await using deps = await compose(config, { worksJobs: false, clock, log, passwordCost: CHEAP_PASSWORDS });
    const app = createHttpApp(deps);
    const answers: string[] = [];
    const send = async (path: string, init?: RequestInit) => {
      const response = await app.request(path, init);
      if (!path.includes("stream")) answers.push(await response.clone().text());
      return response;
    };
    const ada = await createClient(send, "ada");
    answers.length = 0;
    const work = async () => {
      const handle = createJobHandler(deps, { settle: () => {} });
      for (const source of workSources(deps)) {
        for (const row of await source.claim({ now: clock.now(), limit: 50 })) {
          await handle({ kind: source.kind, rows: [row] });
        }
      }
    };
    const connect = { external_user_id: "ada", access_token: SECRETS.USER_TOKEN };
    ok(await ada.api.POST("/api/integrations/discogs/connect", { body: connect }), 200);
    await saveRule(ada, aRule({}, { sources: ["ebay", "discogs", "mock"] }));
    const { provider_errors } = await search(ada, { providers: ["ebay", "discogs"] });
    assert.deepEqual(Object.keys(provider_errors), ["ebay", "discogs"]);
    const notice = JSON.stringify(aNotice());
    const headers = {
      "content-type": "application/json",
      "x-ebay-signature": signatureOf(aKeyPair(), notice),
    };
    const webhook = "/api/webhooks/ebay/account-deletion";
    assert.equal((await send(`${webhook}?challenge_code=1`)).status, 200);
    assert.equal((await send(webhook, { method: "POST", headers, body: notice })).status, 503);
    for (let round = 0; round < 3; round++, clock.advance(600_000)) await work();
    for (const path of READ_AFTERWARDS) await ada.get(path);
    const tables = await deps.sql<{ name: string }>`
      select tablename as name from pg_tables where schemaname = 'public'`;
    const kept = await Promise.all(tables.map(async ({ name }) => {
      const [row] = await deps.sql<{ text: string }>`
        select query_to_xml(format('select * from %I', ${name}::text), true, false, '')::text as text`;
      return row!.text;
    }));
    for (const table of ["linked_accounts", "provider_states"]) {
      await runScript(deps.sql, `alter table ${table} rename to ${table}_gone`);
    }
    refused(await ada.api.POST("/api/integrations/discogs/connect", { body: connect }), 500);
    await ada.api.POST("/api/search", { body: { keywords: ["another"] } });
    // What the dispatcher would write.
    await work().catch((error) => log.error("dispatch failed", { error }));
    assert.ok(ebay.requests.length > 1 && discogs.requests.length > 1);
    assert.ok(
      lines.length > 3 && answers.length > 6 && kept.length > 30,
      `${lines.length} ${answers.length}`,
    );
    const databasePassword = decodeURIComponent(new URL(url).password);
    const planted = [...Object.values(SECRETS), ada.token, databasePassword].filter((one) => one.length >= 8);
    for (const secret of planted) {
      for (const text of [...lines, ...answers, ...kept]) {
        assert.ok(!text.includes(secret), `${secret} in ${text.slice(0, 2_000)}`);
      }
    }
  });
});

const READ_AFTERWARDS = [
  "/api/provider-requests",
  "/api/provider-requests/summary",
  "/api/notifications",
  "/api/events",
  "/api/integrations/discogs/status",
  "/api/me",
  "/metrics",
  "/readyz",
] satisfies (keyof paths)[];

const SENT: [title: string, header: string, text: string, shown: string][] = [
  ["a bearer token", "Bearer abcdefghij", "token abcdefghij is bad", "token *** is bad"],
  ["the token of a scheme with parameters", "Discogs token=abcdefghij", "abcdefghij", "***"],
  [
    "both parts of a Basic credential",
    `Basic ${btoa("user-name:pass-word")}`,
    "user-name/pass-word",
    "***/***",
  ],
  [
    "a Basic credential as it was sent",
    `Basic ${btoa("user-name:pass-word")}`,
    btoa("user-name:pass-word"),
    "***",
  ],
  [
    "each secret of an OAuth signature",
    `OAuth oauth_token="abcdefghij", oauth_signature="consumer-secret&token-secret", oauth_verifier="klmnopqrst"`,
    "consumer-secret token-secret abcdefghij klmnopqrst",
    "*** *** *** ***",
  ],
];
for (const [title, authorization, text, shown] of SENT) {
  Deno.test(`withoutSent() cuts ${title} out`, () => {
    assert.equal(withoutSent(text, { authorization }), shown);
  });
}

Deno.test("withoutSent() leaves short words and other headers alone", () => {
  const headers = { authorization: "Bearer abc", accept: "application/json" };
  assert.equal(withoutSent("Bearer abc application/json", headers), "Bearer abc application/json");
});

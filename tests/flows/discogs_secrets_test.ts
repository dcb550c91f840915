/** Tokens, secrets and verifiers of users' accounts at Discogs show nowhere, though Discogs quotes all it is sent. */
import assert from "node:assert/strict";
import { compose } from "../../src/app/compose.ts";
import { createHttpApp } from "../../src/app/http.ts";
import { claimDueImports } from "../../src/discogs_import/import_store.ts";
import { type ImportDeps, runImport } from "../../src/discogs_import/run_import.ts";
import { createLog } from "../../src/platform/log.ts";
import { type FakeClock, fakeClock } from "../support/clock.ts";
import { withDatabaseUrl } from "../support/database.ts";
import {
  anItem,
  CONSUMER,
  type DiscogsUsers,
  type Fault,
  startDiscogsUsers,
} from "../support/discogs_users.ts";
import { json } from "../support/scripted_server.ts";
import { CHEAP_PASSWORDS, type Client, createClient, testConfig } from "../support/service.ts";
import { tablesWith } from "../support/user_rows.ts";

const DISCOGS = "/api/integrations/discogs";

/** Refuses, and quotes in its refusal every header it was sent. */
const quoteEverything = (status: number): Fault => ({ headers, query, body }) => {
  const said = `${[...headers.values()].join(" ")} ${query} ${body}`;
  return json({ message: said }, { status });
};

Deno.test("no token, secret or verifier of a link or an import reaches a log, an answer, a table or an export", async () => {
  const clock = fakeClock();
  await using discogs = startDiscogsUsers({ clock });
  await withDatabaseUrl(async (url) => {
    const lines: string[] = [];
    const write = (line: string) => void lines.push(line);
    const log = createLog({ format: "json", level: "debug", now: clock.now, write });
    const config = testConfig(url, discogs.env);
    await using deps = await compose(config, { worksJobs: false, clock, log, passwordCost: CHEAP_PASSWORDS });
    const app = createHttpApp(deps);
    const answers: string[] = [];
    const ada = await createClient(async (path, init) => {
      const response = await app.request(path, init);
      const text = await response.clone().text();
      // The state and the address to open are the answer of the start, and the request token in it is no secret.
      if (!path.endsWith("/start")) answers.push(text);
      return response;
    }, "ada");
    for (const status of [400, 401, 403, 429, 500, 503]) {
      clock.advance(120_000);
      const { body: started } = await ada.post(`${DISCOGS}/oauth/start`);
      const back = Object.fromEntries(discogs.oauth.allow(started.authorize_url, "ada").searchParams);
      discogs.fault = quoteEverything(status);
      const refused = await ada.post(`${DISCOGS}/oauth/callback`, back);
      assert.equal(refused.status, 502);
      // Where Discogs had too many calls, none is made for a minute.
      clock.advance(61_000);
      assert.equal((await ada.post(`${DISCOGS}/oauth/start`)).status, 502);
      discogs.fault = null;
    }
    clock.advance(120_000);
    const { body: started } = await ada.post(`${DISCOGS}/oauth/start`);
    const back = Object.fromEntries(discogs.oauth.allow(started.authorize_url, "ada").searchParams);
    // The token is granted, and what asks whose it is is refused and quoted.
    discogs.fault = (request) => request.path === "/oauth/identity" ? quoteEverything(500)(request) : null;
    assert.equal((await ada.post(`${DISCOGS}/oauth/callback`, back)).status, 502);
    discogs.fault = null;
    assert.equal((await ada.post(`${DISCOGS}/oauth/callback`, back)).status, 200);
    await refusedImports({ ada, clock, deps, discogs });
    for (
      const path of [
        "/api/provider-requests",
        "/api/me/export",
        `${DISCOGS}/status`,
        "/api/events",
        "/api/notifications",
        "/metrics",
      ]
    ) {
      assert.equal((await ada.get(path)).status, 200, path);
    }
    assert.ok(
      answers.length > 8 && discogs.oauth.secrets.length > 20,
      `${discogs.oauth.secrets.length} secrets`,
    );
    const planted = [...discogs.oauth.secrets, CONSUMER.secret];
    for (const secret of planted) {
      for (const text of [...lines, ...answers]) assert.ok(!text.includes(secret), `${secret} in ${text}`);
    }
    assert.deepEqual(await tablesWith(deps.sql, "planted-"), []);
  });
});

/** Status, whether lists alone are answered so, and calls: behind a 401 our own signature is tried, which may end it. */
const REFUSALS = [[500, false, 1], [429, false, 1], [400, false, 1], [401, false, 2], [
  401,
  true,
  2,
]] as const;

/** Imports with an OAuth token, and with a personal one, that Discogs refuses in every way and quotes. */
async function refusedImports(
  { ada, clock, deps, discogs }: { ada: Client; clock: FakeClock; deps: ImportDeps; discogs: DiscogsUsers },
): Promise<void> {
  discogs.user("ada", { wants: [anItem(1)] });
  const { token: access_token } = discogs.oauth.issue("ada");
  for (const credential of ["oauth", "personal"]) {
    if (credential === "personal") {
      const body = { external_user_id: "ada", access_token };
      assert.equal((await ada.post(`${DISCOGS}/connect`, body)).status, 200);
    }
    for (const [status, onlyLists, calls] of REFUSALS) {
      const { body: job } = await ada.post(`${DISCOGS}/import`, { source: "wantlist" });
      const asked = discogs.server.requests.length;
      discogs.fault = (request) =>
        onlyLists && request.path.startsWith("/oauth") ? null : quoteEverything(status)(request);
      clock.advance(3_600_000);
      for (const row of await claimDueImports(deps.sql, { now: clock.now(), limit: 9 })) {
        assert.notEqual(await runImport(deps, row), "dropped");
      }
      discogs.fault = null;
      assert.equal(discogs.server.requests.length, asked + calls);
      const { body } = await ada.get(`${DISCOGS}/import/${job.id}`);
      assert.equal(body.status, onlyLists ? "failed" : "running");
    }
  }
}

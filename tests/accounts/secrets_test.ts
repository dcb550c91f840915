/** Passwords, tokens and links stay out of logs, errors and tables, also when the database fails. */
import assert from "node:assert/strict";
import { compose } from "../../src/app/compose.ts";
import { createHttpApp } from "../../src/app/http.ts";
import { createJobHandler, workSources } from "../../src/app/jobs.ts";
import { runScript } from "../../src/platform/connection.ts";
import { createLog } from "../../src/platform/log.ts";
import { openBrowser } from "../support/browser.ts";
import { fakeClock } from "../support/clock.ts";
import { withDatabaseUrl } from "../support/database.ts";
import { MAIL_ENV } from "../support/mail_service.ts";
import { CHEAP_PASSWORDS, testConfig, toAnswer } from "../support/service.ts";
import { startSmtpServer } from "../support/smtp_server.ts";

const ADA = "ada@example.com";
const PASSWORDS = [
  "first planted secret",
  "second planted secret",
  "third planted secret",
  "wrong planted secret",
];
const TABLES = [
  "users",
  "passwords",
  "sessions",
  "known_devices",
  "account_mails",
  "account_links",
  "api_tokens",
  "auth_throttles",
];

Deno.test("no secret of logging in reaches a log, an error or a table", async () => {
  await using smtp = startSmtpServer();
  await withDatabaseUrl(async (url) => {
    const clock = fakeClock();
    const lines: string[] = [];
    const log = createLog({
      format: "json",
      level: "debug",
      now: clock.now,
      write: (line) => lines.push(line),
    });
    const config = testConfig(url, { ...MAIL_ENV, SMTP_URL: smtp.url });
    await using deps = await compose(config, { worksJobs: false, clock, log, passwordCost: CHEAP_PASSWORDS });
    const app = createHttpApp(deps);
    const answers: string[] = [];
    const browser = openBrowser({
      request: async (path, init) => {
        const answer = await toAnswer(await app.request(path, init));
        if (answer.status >= 400) answers.push(JSON.stringify(answer.body));
        return answer;
      },
    });
    const work = async () => {
      const handle = createJobHandler(deps, { settle: () => {} });
      for (const source of workSources(deps)) {
        const rows = await source.claim({ now: clock.now(), limit: 10 });
        for (const row of rows) await handle({ kind: source.kind, rows: [row] });
      }
      return /token=([\w-]+)/.exec(smtp.mails.at(-1)?.text ?? "")?.[1] ?? "";
    };
    const [first = "", second = "", third = "", wrong = ""] = PASSWORDS;
    await browser.register(ADA, first);
    smtp.answer((stage) => stage === "BODY" ? "554 no" : undefined);
    await work();
    smtp.answer(() => undefined);
    await browser.login(ADA, wrong);
    await browser.login(ADA, first);
    await browser.post("/api/auth/verify-email/resend");
    const links = [await work()];
    for (let twice = 0; twice < 2; twice++) await browser.post("/api/auth/verify-email", { token: links[0] });
    await browser.post("/api/auth/forgot-password", { email: ADA });
    links.push(await work());
    for (let twice = 0; twice < 2; twice++) {
      await browser.post("/api/auth/reset-password", { token: links[1], password: second });
    }
    await browser.login(ADA, second);
    await browser.post("/api/me/password", { current_password: wrong, new_password: third });
    await browser.post("/api/me/password", { current_password: second, new_password: third });
    const { token } = (await browser.post("/api/me/tokens", { name: "t", scopes: ["read"] })).body;
    const kept = await Promise.all(TABLES.map(async (table) => {
      const [row] = await deps.sql<{ text: string }>`
        select query_to_xml(format('select * from %I', ${table}::text), true, false, '')::text as text`;
      return row!.text;
    }));
    // From here on nothing works.
    for (const table of TABLES) await runScript(deps.sql, `alter table ${table} rename to ${table}_gone`);
    deps.callers.forget("all");
    await browser.register("bob@example.com", first);
    await browser.login(ADA, third);
    await browser.post("/api/auth/reset-password", { token: links[1], password: second });
    const failed = await browser.post("/api/me/password", { current_password: third, new_password: first });
    assert.equal(failed.status, 500);
    const secrets = [...PASSWORDS, ...links, token, ...browser.cookies.values()];
    assert.ok(secrets.every((one) => one.length > 15) && links.length === 2 && browser.cookies.size === 2);
    assert.ok(lines.length >= 4 && answers.length >= 6, `${lines.length} lines, ${answers.length} refusals`);
    for (const secret of secrets) {
      for (const text of [...lines, ...answers, ...kept]) {
        assert.ok(!text.includes(secret), `${secret} in ${text}`);
      }
    }
  });
});

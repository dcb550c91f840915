import assert from "node:assert/strict";
import { ConfigError, readConfig } from "../../src/app/config.ts";

const BASE = { DATABASE_URL: "postgres://localhost/x", ENVIRONMENT: "production" };
const MAIL = {
  SMTP_URL: "smtps://user:secret@mail.example:465",
  MAIL_FROM: "WaxWatch <alerts@waxwatch.example>",
  PUBLIC_URL: "https://waxwatch.example/",
};

Deno.test("readConfig() reads mail settings, with the public address without its last slash", () => {
  const config = readConfig({ ...BASE, ...MAIL });
  assert.equal(config.smtpUrl, MAIL.SMTP_URL);
  assert.deepEqual(config.mailFrom, { name: "WaxWatch", address: "alerts@waxwatch.example" });
  assert.equal(config.publicUrl, "https://waxwatch.example");
});

Deno.test("readConfig() without mail settings switches e-mail off and links to itself", () => {
  const config = readConfig({ ...BASE, ENVIRONMENT: "dev", PORT: "8123" });
  assert.deepEqual([config.smtpUrl, config.publicUrl], [null, "http://127.0.0.1:8123"]);
});

for (
  const [name, env, message] of [
    [
      "a server that is none",
      { ...MAIL, SMTP_URL: "https://x:secret@mail.example" },
      /^SMTP_URL is not a URL/,
    ],
    ["a server without a sender", { ...MAIL, MAIL_FROM: "" }, /^MAIL_FROM is missing, and SMTP_URL is set$/],
    ["a sender that is none", { ...MAIL, MAIL_FROM: "WaxWatch" }, /^MAIL_FROM is not valid: "WaxWatch"$/],
    ["a server without links", { ...MAIL, PUBLIC_URL: "" }, /^PUBLIC_URL is missing, and SMTP_URL is set$/],
    [
      "a public address that is none",
      { ...MAIL, PUBLIC_URL: "waxwatch.example" },
      /^PUBLIC_URL is not a URL/,
    ],
  ] as const
) {
  Deno.test(`readConfig() refuses ${name}, naming the variable and no secret`, () => {
    assert.throws(
      () => readConfig({ ...BASE, ...env }),
      (error: Error) =>
        error instanceof ConfigError && message.test(error.message) && !error.message.includes("secret"),
    );
  });
}

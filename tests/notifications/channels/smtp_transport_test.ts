import assert from "node:assert/strict";
import { ChannelError } from "../../../src/notifications/channels/contract.ts";
import { parseSender } from "../../../src/notifications/channels/sender.ts";
import { createEmailChannel } from "../../../src/notifications/channels/email/email_channel.ts";
import {
  createSmtpTransport,
  type SmtpTimeouts,
} from "../../../src/notifications/channels/email/smtp_transport.ts";
import type { MailTransport } from "../../../src/notifications/channels/email/transport.ts";
import { kindOf } from "../../../src/notifications/channels/email/smtp_errors.ts";
import type { OutgoingMessage } from "../../../src/notifications/message/schema.ts";
import {
  type SmtpAnswer,
  type SmtpServer,
  type SmtpStage,
  startSmtpServer,
} from "../../support/smtp_server.ts";

const MESSAGE: OutgoingMessage = {
  kind: "instant",
  recipient: { address: "ada@example.com", name: "Ada Lovelace" },
  alerts: [],
  gone: [],
  more: { finds: 0, notices: 0 },
  view_url: "http://localhost/v",
  unsubscribe_url: "http://localhost/u",
};

for (
  const [name, stage, answer, kind] of [
    ["a busy server", "greeting", "421 too many", "temporary"],
    ["a refused sender", "MAIL", "553 5.7.1 not yours", "misconfigured"],
    ["a sender put off", "MAIL", "451 later", "temporary"],
    ["an unknown recipient", "RCPT", "550 5.1.1 unknown", "recipient_gone"],
    ["an unknown recipient of an old server", "RCPT", "550 unknown", "recipient_gone"],
    ["a full mailbox", "RCPT", "552 5.2.2 full", "permanent"],
    ["a greylisting server", "RCPT", "450 4.7.1 come again", "temporary"],
    ["a server that will not relay", "RCPT", "550 5.7.1 relaying denied", "permanent"],
    ["refused content", "BODY", "554 5.7.1 spam", "permanent"],
    ["a server that hangs before its greeting", "greeting", "hang", "temporary"],
    ["a server that hangs after the recipient", "RCPT", "hang", "temporary"],
    ["a server that takes the mail and says nothing", "BODY", "hang", "temporary"],
    ["a connection that breaks", "DATA", "drop", "temporary"],
  ] as [string, SmtpStage, SmtpAnswer, string][]
) {
  Deno.test(`SMTP transport: ${name} is ${kind}`, async () => {
    await using server = startSmtpServer();
    server.answer((at) => (at === stage ? answer : undefined));
    await using transport = open(server, { greetingMs: 200, socketMs: 200 });
    await assert.rejects(send(transport), (error) => error instanceof ChannelError && error.kind === kind);
  });
}

Deno.test("SMTP transport: nobody at the port is temporary, and the user's text names no host", async () => {
  const server = startSmtpServer();
  await server[Symbol.asyncDispose]();
  await using transport = open(server);
  await assert.rejects(send(transport), {
    kind: "temporary",
    message: "the mail server gave no answer (ESOCKET)",
  });
});

Deno.test("SMTP transport: a server that trickles ends with the deadline of the whole message", async () => {
  await using server = startSmtpServer();
  server.answer((at) => (at === "RCPT" ? "hang" : undefined));
  await using transport = open(server, { totalMs: 150, socketMs: 60_000 });
  await assert.rejects(send(transport), { kind: "temporary", message: "no end within 0.15 s" });
});

Deno.test("SMTP transport: messages share a connection, each with the Message-ID of its key", async () => {
  await using server = startSmtpServer();
  let greetings = 0;
  server.answer((at) => (at === "greeting" ? void greetings++ : undefined));
  await using transport = open(server);
  for (const key of ["one", "two", "three"]) await send(transport, key);
  assert.equal(greetings, 1);
  const ids = server.mails.map((mail) => mail.headers.get("message-id"));
  assert.deepEqual(ids, ["<one@waxwatch.test>", "<two@waxwatch.test>", "<three@waxwatch.test>"]);
  assert.equal(server.mails[0]!.headers.get("to"), "Ada Lovelace <ada@example.com>");
});

Deno.test("kindOf() blames a refused login on us", () => {
  const refused = { code: "EAUTH", command: "AUTH PLAIN", status: 535, response: "535 5.7.8 no" };
  assert.equal(kindOf(refused), "misconfigured");
});

for (
  const [text, expected] of [
    ["a@b.example", { name: "", address: "a@b.example" }],
    ["WaxWatch <a@b.example>", { name: "WaxWatch", address: "a@b.example" }],
    ['"Wax, Watch" <a@b.example>', { name: "Wax, Watch", address: "a@b.example" }],
    ["a@localhost", { name: "", address: "a@localhost" }],
    ["WaxWatch", null],
    ["a@b, c@d", null],
    ["x <a@b\r\nBcc: c@d>", null],
    ["", null],
  ] as const
) {
  Deno.test(`parseSender() of ${JSON.stringify(text)}`, () => assert.deepEqual(parseSender(text), expected));
}

function open(server: SmtpServer, timeouts: Partial<SmtpTimeouts> = {}): MailTransport {
  return createSmtpTransport({ url: server.url, maxConnections: 8, timeouts });
}

function send(transport: MailTransport, idempotencyKey = "key") {
  const channel = createEmailChannel({ transport, from: { name: "", address: "alerts@waxwatch.test" } });
  return channel.send(MESSAGE, { signal: new AbortController().signal, idempotencyKey });
}

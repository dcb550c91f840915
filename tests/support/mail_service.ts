/** The whole service with a mail server beside it. */
import assert from "node:assert/strict";
import type { components } from "../../docs/client/api.ts";
import { runScript } from "../../src/platform/connection.ts";
import { replanDeliveries } from "../../src/notifications/replan_deliveries.ts";
import { byId, ok } from "./answers.ts";
import { inboxOf } from "./calls.ts";
import { type Client, type TestService, withService } from "./service.ts";
import { type SmtpServer, startSmtpServer } from "./smtp_server.ts";

/** A test service whose mails arrive. */
export interface MailService extends TestService {
  smtp: SmtpServer;
}

/** What e-mail needs beside SMTP_URL. */
export const MAIL_ENV = { MAIL_FROM: "WaxWatch <alerts@waxwatch.test>", PUBLIC_URL: "http://localhost/" };

/** Runs `work` on a service that mails to a server on this machine. */
export async function withMail(
  work: (service: MailService) => Promise<void>,
  env: Record<string, string> = {},
): Promise<void> {
  await using smtp = startSmtpServer();
  await withService((service) => work({ ...service, smtp }), { ...MAIL_ENV, SMTP_URL: smtp.url, ...env });
}

/** Of every notification, newest first, where it stands on its user's one channel. */
export async function statesOf(client: Client): Promise<components["schemas"]["DeliveryState"][]> {
  const inbox = await inboxOf(client, { limit: 200 });
  return await Promise.all(inbox.map(async ({ id }) => {
    const [state, ...others] = ok(await client.api.GET("/api/notifications/{id}/deliveries", byId(id)));
    assert.ok(state && others.length === 0, "there is one channel");
    return state;
  }));
}

/** Changes preferences as PATCH /api/me does: the write and the new plans in one transaction. `set` is SQL. */
export async function prefer({ deps, clock }: TestService, { userId }: Client, set: string): Promise<void> {
  await deps.sql.begin(async (tx) => {
    await runScript(tx, `update preferences set ${set} where user_id = '${userId}'`);
    await replanDeliveries(tx, { user_id: userId, now: clock.now() });
  });
}

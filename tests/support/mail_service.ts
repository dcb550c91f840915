/** The whole service with a mail server beside it. */
import { runScript } from "../../src/platform/connection.ts";
import { replanDeliveries } from "../../src/notifications/replan_deliveries.ts";
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

/** Where one alert stands on the user's one channel, as the API gives it. */
export interface State {
  state: string;
  reason: string | null;
  until: string | null;
  attempts: number;
  delivery_id: string | null;
}

/** Of every notification, newest first, where it stands. */
export async function statesOf(client: Client): Promise<State[]> {
  const inbox: { id: string }[] = (await client.get("/api/notifications?limit=200")).body;
  return await Promise.all(
    inbox.map(async ({ id }) => (await client.get(`/api/notifications/${id}/deliveries`)).body[0]),
  );
}

/** Changes preferences as PATCH /api/me does: the write and the new plans in one transaction. `set` is SQL. */
export async function prefer({ deps, clock }: TestService, { userId }: Client, set: string): Promise<void> {
  await deps.sql.begin(async (tx) => {
    await runScript(tx, `update preferences set ${set} where user_id = '${userId}'`);
    await replanDeliveries(tx, { user_id: userId, now: clock.now() });
  });
}

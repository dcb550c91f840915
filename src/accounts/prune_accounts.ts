import { addSeconds, type Clock } from "../platform/clock.ts";
import type { Sql } from "../platform/sql.ts";
import { pruneAccountMails } from "./account_mail_store.ts";
import { pruneApiTokens } from "./api_token_store.ts";
import { pruneTombstones } from "./closing_store.ts";
import { pruneKnownDevices } from "./device_store.ts";
import { pruneLinks } from "./link_store.ts";
import { DEVICE_SECONDS } from "./remember_device.ts";
import { pruneSessions } from "./session_store.ts";
import { pruneThrottles } from "./throttle_store.ts";

/** Sessions and tokens that ended are kept this long: somebody may ask what was logged in. */
const ENDED_DAYS = 30;
/** Mails that nobody sent by then are of no use to anybody. */
const MAIL_DAYS = 2;
/** Most counters of attempts: about 50 MB. */
const MAX_THROTTLES = 500_000;

/** What was removed. */
export interface PrunedAccounts {
  sessions: number;
  tokens: number;
  links: number;
  mails: number;
  devices: number;
  throttles: number;
  tombstones: number;
}

/** Removes what logging in leaves behind and nobody needs any more. */
export async function pruneAccounts({ sql, clock }: { sql: Sql; clock: Clock }): Promise<PrunedAccounts> {
  const now = clock.now();
  const daysAgo = (days: number) => addSeconds(now, -days * 86_400);
  return {
    sessions: await pruneSessions(sql, daysAgo(ENDED_DAYS)),
    tokens: await pruneApiTokens(sql, daysAgo(ENDED_DAYS)),
    links: await pruneLinks(sql, now),
    mails: await pruneAccountMails(sql, daysAgo(MAIL_DAYS)),
    devices: await pruneKnownDevices(sql, addSeconds(now, -DEVICE_SECONDS)),
    tombstones: await pruneTombstones(sql, now),
    throttles: await pruneThrottles(sql, { now, keep: MAX_THROTTLES }),
  };
}

import type { Clock } from "../../platform/clock.ts";
import type { Sql } from "../../platform/sql.ts";
import type { ChannelRow } from "../channel_store.ts";
import { describeEvent, type DescribeOptions, isGone } from "./describe_event.ts";
import { MAX_SHOWN, type OutgoingMessage } from "./schema.ts";
import { listMessageRows, type MessageRow } from "./store.ts";

/** What making a message needs. */
export interface MessageDeps {
  sql: Sql;
  clock: Clock;
  providers: DescribeOptions["providers"];
  rates: DescribeOptions["rates"];
  /** Where people reach this installation, no slash at the end. */
  publicUrl: string;
}

/** The message of a delivery with its listings as they are now. `limit`: most events shown. */
export async function loadMessage(
  deps: MessageDeps,
  { delivery, channel, limit = MAX_SHOWN }: {
    delivery: { id: string; kind: "instant" | "digest" };
    channel: ChannelRow;
    limit?: number;
  },
): Promise<OutgoingMessage> {
  const rows = await listMessageRows(deps.sql, { delivery_id: delivery.id, limit });
  const options = { ...deps, currency: channel.currency, now: deps.clock.now() };
  const token = channel.unsubscribe_token;
  return {
    kind: delivery.kind,
    recipient: { address: channel.email, name: channel.display_name },
    alerts: rows.filter((row) => !isGone(row)).map((row) => describeEvent(row, options)),
    gone: rows.filter(isGone).map((row) => describeEvent(row, options)),
    more: moreThan(rows),
    view_url: `${deps.publicUrl}/api/messages/${token}/${delivery.id}`,
    unsubscribe_url: `${deps.publicUrl}/api/unsubscribe/${token}`,
  };
}

function moreThan(shown: readonly MessageRow[]): OutgoingMessage["more"] {
  const { total = 0, total_finds = 0 } = shown[0] ?? {};
  const finds = total_finds - shown.filter((row) => row.is_find).length;
  return { finds, notices: total - shown.length - finds };
}

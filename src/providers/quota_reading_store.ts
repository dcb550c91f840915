/** What providers say of the calls that are left: table provider_quota_readings. */
import type { Sql } from "../platform/sql.ts";
import type { ProviderId, QuotaReading } from "./contract.ts";

/** The newest word of a provider on its quota. */
export interface QuotaReadingRow {
  provider: ProviderId;
  call_limit: number;
  remaining: number;
  window_seconds: number;
  /** When the window begins anew; null: the provider did not say. */
  resets_at: Date | null;
  read_at: Date;
}

/** Keeps a reading in the place of the one before; an older one does not replace a newer. */
export async function upsertQuotaReading(
  sql: Sql,
  { provider, reading, now }: { provider: ProviderId; reading: QuotaReading; now: Date },
): Promise<void> {
  await sql`
    insert into provider_quota_readings as r
      (provider, call_limit, remaining, window_seconds, resets_at, read_at)
    values (${provider}, ${reading.limit}, ${reading.remaining}, ${reading.windowSeconds}, ${reading.resetAt}, ${now})
    on conflict (provider) do update set
      call_limit = excluded.call_limit, remaining = excluded.remaining, window_seconds = excluded.window_seconds,
      resets_at = excluded.resets_at, read_at = excluded.read_at
    where r.read_at <= excluded.read_at`;
}

/** The newest reading of every provider that was ever asked. */
export function readQuotaReadings(sql: Sql): Promise<QuotaReadingRow[]> {
  return sql<QuotaReadingRow>`
    select provider, call_limit, remaining, window_seconds, resets_at, read_at
    from provider_quota_readings order by provider`;
}

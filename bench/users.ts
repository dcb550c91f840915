/** People for the benchmark. */
import { upsertUserByEmail } from "../src/accounts/store.ts";
import type { Pool } from "../src/platform/sql.ts";

/** Makes `count` users in one transaction and gives their ids. */
export function insertBenchUsers(sql: Pool, { count, now }: { count: number; now: Date }): Promise<string[]> {
  return sql.begin(async (tx) => {
    const ids: string[] = [];
    for (let number = 0; number < count; number++) {
      const email = `user-${number}@bench.example`;
      ids.push(await upsertUserByEmail(tx, { email, display_name: null, email_verified: true, now }));
    }
    return ids;
  });
}

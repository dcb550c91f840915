/**
 * Encrypts every stored token anew with the first key of ENCRYPTION_KEYS, beside a service that runs. Reads the
 * configuration as the service does. Exits with 0 when every token has the current key, 1 when some could not be read.
 */
import { readConfig } from "../src/app/config.ts";
import { rotateKeys, type RotationReport } from "../src/discogs_import/rotate_keys.ts";
import { openPool } from "../src/platform/database.ts";
import { createCipher } from "../src/platform/encryption.ts";
import { errorText } from "../src/platform/errors.ts";

const encoder = new TextEncoder();
const say = (line: string) => void Deno.stdout.writeSync(encoder.encode(line + "\n"));
const tell = ({ rotated, changed, unreadable }: RotationReport) =>
  say(`${rotated} encrypted anew, ${changed} changed meanwhile, ${unreadable} unreadable`);

async function main(): Promise<number> {
  const config = readConfig();
  const cipher = createCipher(config.encryptionKeys);
  say(`the current key is ${cipher.currentKeyId ?? "not set"}`);
  await using sql = openPool({ url: config.databaseUrl, max: 2, applicationName: "waxwatch-rotate-keys" });
  const report = await rotateKeys({ sql, cipher }, { onBatch: tell });
  say("done");
  tell(report);
  if (report.unreadable > 0) {
    say("unreadable: their key is not in ENCRYPTION_KEYS; their users have to connect again");
  }
  return report.unreadable > 0 ? 1 : 0;
}

try {
  Deno.exitCode = await main();
} catch (error) {
  Deno.stderr.writeSync(encoder.encode(`${errorText(error)}\n`));
  Deno.exitCode = 1;
}

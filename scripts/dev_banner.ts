/** What `deno task dev` prints when everything runs. */
import type { Session } from "./dev_client.ts";
import { say } from "./supervise.ts";

/** Prints where the API is, a token, and commands that work when they are copied into another terminal. */
export function sayWelcome(
  { baseUrl, token }: Session,
  { createdRules, ownDiscogs }: { createdRules: number; ownDiscogs: boolean },
): void {
  const rule = JSON.stringify({
    name: "Kind of Blue",
    query: { q: "kind of blue", max_price: 80, currency: "USD" },
  });
  const lines = [
    "",
    `WaxWatch runs at ${baseUrl}`,
    "",
    "Token of the demo user, for another terminal:",
    `  TOKEN=${token}`,
    "Create a rule:",
    `  curl -sS ${baseUrl}/api/watch-rules -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' -d '${rule}'`,
    "Follow the alerts:",
    `  curl -sSN ${baseUrl}/api/stream/events -H "authorization: Bearer $TOKEN"`,
    "List the notifications:",
    `  curl -sS ${baseUrl}/api/notifications -H "authorization: Bearer $TOKEN"`,
    ...(ownDiscogs ? linkingLines(baseUrl) : []),
    "",
    createdRules > 0
      ? `${createdRules} sample rules watch a simulated marketplace; alerts appear below within a minute. Ctrl-C stops.`
      : "Alerts of your rules appear below. Ctrl-C stops.",
    "",
  ];
  for (const line of lines) say(line);
}

/** Linking an account and importing its lists, at a Discogs of this machine. */
function linkingLines(baseUrl: string): string[] {
  const discogs = `${baseUrl}/api/integrations/discogs`;
  const asUser = `-H "authorization: Bearer $TOKEN"`;
  return [
    "Link an account at a Discogs of this machine (nobody outside is asked), and import its lists:",
    `  CONSENT=$(curl -sS -X POST ${discogs}/oauth/start ${asUser} | grep -o 'http[^"]*authorize[^"]*')`,
    `  curl -sS "$(curl -sS -X POST "$CONSENT" -o /dev/null -w '%{redirect_url}')" ${asUser}`,
    `  curl -sS -X POST ${discogs}/import ${asUser}`,
    `  curl -sS ${discogs}/imported-items ${asUser}`,
  ];
}

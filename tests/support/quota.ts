/** Calls that count as made before a test begins. */
import { type QuotaDeps, takeCall } from "../../src/providers/quota.ts";
import type { ProviderRegistry } from "../../src/providers/registry.ts";

/** Takes `count` calls of polls of a provider that declares a quota. @throws when it has not so many */
export async function useCalls(
  deps: QuotaDeps & { providers: ProviderRegistry },
  provider: string,
  count: number,
): Promise<void> {
  const quota = deps.providers.get(provider)?.capabilities.quota;
  if (!quota) throw new Error(`Cannot use calls of ${provider}: it declares no quota`);
  for (let n = 0; n < count; n++) {
    if (await takeCall(deps, { quota, use: "poll" }) !== null) {
      throw new Error(`Cannot use ${count} calls of ${provider}: it allows ${n}`);
    }
  }
}

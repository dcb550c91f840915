import { type KnownSource, type SourceBook, sourceQuery } from "./added_source.ts";
import { ProviderError, type ProviderId, type ProviderQuery } from "./contract.ts";

/** The source that a stored query means. @throws {ProviderError} bad_response for another's query or a source that was removed */
export async function findAdded(
  sources: SourceBook,
  { id, query, doing }: { id: ProviderId; query: ProviderQuery; doing: string },
): Promise<KnownSource> {
  if (sourceQuery.safeParse(query).data?.source !== id) {
    throw new ProviderError("bad_response", `Cannot ${doing}: the stored query is another source's`);
  }
  const source = await sources.find(id);
  if (!source) throw new ProviderError("bad_response", `Cannot ${doing}: it was removed`);
  return source;
}

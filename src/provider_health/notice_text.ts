/** What users are told of an incident. Pure. */
import type { IncidentCause } from "./judge_silence.ts";

/** What a notice says. */
export interface NoticeFacts {
  /** The provider's name, for people. */
  provider: string;
  /** A shop or feed that users added, which has no credentials of the service. */
  isAdded: boolean;
  cause: IncidentCause;
  since: Date;
  /** Only some searches fail; the provider answers others. */
  isPartial: boolean;
  /** Names of rules and release watches, the first few. */
  names: readonly string[];
  /** How many there are. */
  total: number;
}

/** A title of a line and a few sentences. */
export interface NoticeText {
  title: string;
  text: string;
}

const WHY: Readonly<Record<IncidentCause, string>> = {
  silent: "none came to an end, without a failure that we could name",
  rate_limited: "it asks us to make fewer calls",
  unavailable: "it cannot be reached or answers with errors",
  blocked: "it turns our calls away",
  bad_response: "its answers cannot be read",
  unauthorized: "it refuses this service's credentials, which only who runs the service can exchange",
};

function whyOf({ cause, isAdded }: NoticeFacts): string {
  return isAdded && cause === "unauthorized"
    ? "it asks for credentials that its address does not have"
    : WHY[cause];
}

/** Told once when an incident opens. */
export function failingText(facts: NoticeFacts): NoticeText {
  const { provider, since, isPartial } = facts;
  const searches = isPartial ? `Some of your searches at ${provider} have` : `No search at ${provider} has`;
  const verb = isPartial ? "failed" : "succeeded";
  return {
    title: isPartial ? `Some of your searches at ${provider} fail` : `${provider} does not answer`,
    text: `${searches} ${verb} since ${timeText(since)}: ${whyOf(facts)}. Concerned: ${namesText(facts)}. ` +
      "We go on trying. What is still for sale when they succeed again will be found and told to you then; " +
      "what comes and goes meanwhile cannot be seen. Your other sources are not affected.",
  };
}

/** Told once when it is over. */
export function recoveredText(facts: NoticeFacts): NoticeText {
  const { provider, since, isPartial } = facts;
  const searches = isPartial ? `Your searches at ${provider}` : `Searches at ${provider}`;
  return {
    title: isPartial ? `Your searches at ${provider} work again` : `${provider} answers again`,
    text:
      `${searches} succeed again. They had not since ${timeText(since)}. Concerned: ${namesText(facts)}. ` +
      "What appeared meanwhile and is still for sale is found and told to you as usual.",
  };
}

/** "Kind of Blue", "Kind of Blue and Miles", "Kind of Blue, Miles, Trane and 4 more". */
function namesText({ names, total }: NoticeFacts): string {
  const more = total - names.length;
  const parts = more > 0 ? [...names, `${more} more`] : names;
  return parts.length < 2
    ? parts[0] ?? "your searches there"
    : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}

/** A reader's zone is not known where this is written. */
function timeText(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/**
 * What users write beside a release of a list or of their wantlist: `@max=300 @media=VG+ @sleeve=NM`, as the Discogs alert
 * tools that read lists understand it (discogs_alert, read 2026-05). Pure.
 */
import { type Grade, parseGradeName } from "../matching/grades.ts";

/** What a comment asks for, and what of it was not understood. */
export interface Directives {
  /** In whole units of the user's currency. */
  target_price: number | null;
  min_condition: Grade | null;
  problems: string[];
}

/** The most that a watch takes as a price. */
const MAX_PRICE = 1_000_000;

/** Reads the directives of a comment; text around them is for people. The last of several alike stands. */
export function parseDirectives(comment: string | null): Directives {
  const found: Directives = { target_price: null, min_condition: null, problems: [] };
  let media: Grade | null = null;
  let sleeve: Grade | null = null;
  // Most say nothing to us, and looking for a beginning at every character costs a file of 10,000 notes a tenth of a second.
  if (!comment?.includes("@")) return found;
  for (const [, name = "", value = ""] of comment.matchAll(/(?:^|\s)@(\w{1,40})=(\S{1,80})/g)) {
    const written = `@${name}=${value}`;
    switch (name.toLowerCase()) {
      case "max":
        found.target_price = priceOf(value) ?? found.target_price;
        if (priceOf(value) === null) found.problems.push(`${written} is no price`);
        break;
      case "media":
        media = parseGradeName(value) ?? media;
        if (parseGradeName(value) === null) found.problems.push(`${written} is no grade`);
        break;
      case "sleeve":
        sleeve = parseGradeName(value) ?? sleeve;
        if (parseGradeName(value) === null) found.problems.push(`${written} is no grade`);
        break;
      default:
        found.problems.push(`${written} is not known; @max, @media and @sleeve are`);
    }
  }
  // A watch knows one grade; what turns is what most ask for.
  found.min_condition = media ?? sleeve;
  if (media !== null && sleeve !== null && media !== sleeve) {
    found.problems.push(`@sleeve=${sleeve} is not looked at beside @media=${media}: a watch knows one grade`);
  }
  return found;
}

function priceOf(text: string): number | null {
  if (!/^\d{1,7}(?:[.,]\d{1,2})?$/.test(text)) return null;
  const price = Number(text.replace(",", "."));
  return price <= MAX_PRICE ? price : null;
}

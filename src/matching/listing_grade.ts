import { type Grade, parseGradeName, worseGrade } from "./grades.ts";

/**
 * The grade of the record itself (not of its sleeve) from the provider's condition text and the title; null when
 * neither says it beyond doubt. Where both do, the worse one counts.
 */
export function gradeOfListing(
  { condition, title }: { condition: string | null; title: string },
): Grade | null {
  const stated = condition === null ? null : gradeOfCondition(condition);
  const written = gradeOfTitle(title);
  return stated !== null && written !== null ? worseGrade(stated, written) : stated ?? written;
}

/** Longest condition or title that is read. */
const MAX_LENGTH = 500;

/**
 * Condition words of marketplaces that are no grade names. eBay's "Used" and "New other" say nothing about a grade;
 * an unplayed record in its shrink-wrap is what Goldmine calls Mint, and one that does not play any more Poor.
 */
const CONDITIONS: ReadonlyMap<string, Grade> = new Map([
  ["new", "M"],
  ["brand new", "M"],
  ["new sealed", "M"],
  ["brand new sealed", "M"],
  ["sealed", "M"],
  ["still sealed", "M"],
  ["factory sealed", "M"],
  ["new and sealed", "M"],
  ["like new", "NM"],
  ["acceptable", "F"],
  ["for parts or not working", "P"],
]);

function gradeOfCondition(text: string): Grade | null {
  const condition = text.slice(0, MAX_LENGTH).trim();
  const words = condition.toLowerCase().replaceAll("&", " and ").replace(/[^a-z]+/g, " ").trim();
  const named = CONDITIONS.get(words.replace(/^(?:used|pre owned|preowned) /, ""));
  return named ?? parseGradeName(condition) ?? gradeInText(condition, { isGradeText: true });
}

function gradeOfTitle(title: string): Grade | null {
  const text = title.slice(0, MAX_LENGTH);
  return gradeInText(text, { isGradeText: false }) ?? (SEALED.test(text) ? "M" : null);
}

// "Sealed" alone is a word of names (Signed, Sealed & Delivered; Sealed With A Kiss).
const SEALED = new RegExp(
  [
    String.raw`\b(?:still|factory|brand\s+new)\s*(?:[,/&+-]|and)?\s*(?:factory\s+)?sealed\b`,
    String.raw`\bnew\s*(?:[,/&+-]|and)?\s*sealed\b`,
    String.raw`[([*]\s*(?:sealed|brand new)\s*[)\]*!]`,
    String.raw`\bsealed\s+(?:lp|vinyl|copy|record)\b`,
    String.raw`[-–|,]\s*sealed\s*!*\s*$`,
  ].join("|"),
  "i",
);

/** A grade found in a text. `label` is the thing it is written beside: the record, its sleeve, or nothing. */
interface Mention {
  grade: Grade;
  label: "media" | "sleeve" | null;
}

/** The record's grade: one labelled so, else the worst one without a label. A sleeve's grade alone is none. */
function gradeInText(text: string, options: { isGradeText: boolean }): Grade | null {
  const mentions = mentionsIn(text, options);
  const media = mentions.filter(({ label }) => label === "media");
  const rest = mentions.filter(({ label }) => label === null);
  const grades = (media.length > 0 ? media : rest).map(({ grade }) => grade);
  return grades.length === 0 ? null : grades.reduce(worseGrade);
}

const END = String.raw`(?![\p{L}\p{N}+])`;
const GRADE_WORD =
  String.raw`(?:very\s+good(?:\s+plus|\s*\+{1,2})?|near\s+mint|mint|excellent[+-]?|good\s+plus|good\+?` +
  String.raw`|fair|poor|vg\s?(?:\+{1,2}|-)?|nm[+-]?|ex[+-]?|m-|g[+-]|e\+|m|g|f|p)`;
const SLEEVE_WORD = String.raw`(?:sleeve|slv|cover|cvr|jacket|jkt|insert|obi|inner|case|booklet|box)`;
const MEDIA_WORD = String.raw`(?:vinyl|media|record|wax|discs?|disk|lps?|cds?|condition|cond|grade|graded)`;

/** Optional label, one grade or `media/sleeve`, optional label. */
const MENTION = new RegExp(
  String
    .raw`(?<![\p{L}\p{N}])(?:(?<before>${SLEEVE_WORD}|\d{0,2}x?${MEDIA_WORD})(?<colon>\s*[:=]\s*|\s*[-–]\s+|\s+|\s*(?=[(])))?` +
    String.raw`(?<open>[(\[])?(?<![\p{L}\p{N}])(?<grade>${GRADE_WORD})${END}` +
    String.raw`(?:\s?[/|]\s?(?<second>${GRADE_WORD})${END})?(?<close>[)\]])?` +
    String.raw`(?:\s+(?<after>${SLEEVE_WORD}|${MEDIA_WORD})(?![\p{L}\p{N}]|\s*[:=]))?`,
  "giu",
);

function mentionsIn(text: string, { isGradeText }: { isGradeText: boolean }): Mention[] {
  const mentions: Mention[] = [];
  for (const match of text.matchAll(MENTION)) {
    const { before, colon = "", grade: name = "", second, open, close, after } = match.groups ?? {};
    const grade = parseGradeName(name.replace(/\s+/g, " "));
    if (grade === null) continue;
    const start = match.index + (before ?? "").length + colon.length + (open ?? "").length;
    const label = labelOf(before, second === undefined ? after : undefined);
    const context = {
      label,
      previous: text.slice(0, start).trimEnd().at(-1) ?? "",
      isLabelled: before !== undefined && /[:=]/.test(colon),
      isEnclosed: open !== undefined && close !== undefined,
      isGradeText,
      isAtStart: match.index === 0 && before === undefined,
      second,
    };
    if (!isGradeHere(name, context)) continue;
    mentions.push({ grade, label });
  }
  return mentions;
}

function labelOf(before: string | undefined, after: string | undefined): Mention["label"] {
  const label = before ?? after;
  if (label === undefined) return null;
  return new RegExp(`^${SLEEVE_WORD}$`, "i").test(label) ? "sleeve" : "media";
}

interface Context {
  label: Mention["label"];
  /** The character before the grade, spaces apart. */
  previous: string;
  /** "Vinyl: Good". */
  isLabelled: boolean;
  /** "(EX)". */
  isEnclosed: boolean;
  /** The text is a condition, so that "Good" is a grade. */
  isGradeText: boolean;
  isAtStart: boolean;
  second: string | undefined;
}

/** Whether these letters are a grade where they stand: "Good Vibrations" and "M" by Pop Muzik are not. */
function isGradeHere(name: string, context: Context): boolean {
  if (context.isLabelled || CERTAIN.test(name)) return true;
  if (context.isAtStart && !context.isGradeText && context.second === undefined) return false;
  if (CERTAIN_IN_CAPITALS.test(name) && !isName(name, context)) return true;
  if (context.second !== undefined) {
    return context.isGradeText ||
      [name, context.second].some((part) => CERTAIN.test(part) || PAIR_PART.test(part));
  }
  if (context.isEnclosed && ENCLOSED.test(name)) return true;
  return context.isGradeText && name.length > 1;
}

/** "Albuquerque, NM" is a place, "-M-" an artist. */
function isName(name: string, { previous, label, isGradeText, second }: Context): boolean {
  if (isGradeText || label !== null || second !== undefined) return false;
  return (name === "NM" && previous === ",") || (name === "M-" && previous === "-");
}

const CERTAIN = /^(?:vg.*|near\s+mint|very\s+good(?:\s+plus|\s*\+{1,2})|excellent\+)$/i;
const CERTAIN_IN_CAPITALS = /^(?:NM[+-]?|EX[+-]|M-|G\+|E\+)$/;
const PAIR_PART = /^(?:nm[+-]?|ex[+-]?|m-|[ge]\+|excellent)$/i;
const ENCLOSED = /^(?:nm|ex[+-]?|m-|g\+|mint|excellent|very\s+good)$/i;

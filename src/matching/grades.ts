/** Goldmine grades, worst to best: what a rule can ask for and a listing can be. Pure. */
export const GRADES = ["P", "F", "G", "G+", "VG", "VG+", "NM", "M"] as const;

/** A Goldmine grade. */
export type Grade = (typeof GRADES)[number];

/** Position in the Goldmine order, 0 (P) to 7 (M): a higher rank is a better record. */
export function gradeRank(grade: Grade): number {
  return GRADES.indexOf(grade);
}

/** The worse of two grades. */
export function worseGrade(a: Grade, b: Grade): Grade {
  return gradeRank(a) <= gradeRank(b) ? a : b;
}

/**
 * Grade names in words, `+` as "plus" and `-` as "minus". Grades between two of Goldmine's round down, so that a
 * record is never called better than its seller does: EX stands between VG+ and NM in British usage, VG++ and NM-
 * as well. The rule side rounds alike, so that a rule "at least EX" finds a listing graded EX.
 */
const NAMES: ReadonlyMap<string, Grade> = new Map(
  Object.entries(
    {
      P: ["p", "p plus", "poor"],
      F: ["f", "f plus", "f minus", "fair", "fair plus", "g minus", "good minus"],
      G: ["g", "good"],
      "G+": ["g plus", "good plus", "g plus plus", "vg minus", "very good minus"],
      VG: ["vg", "very good", "vg plus minus"],
      "VG+": [
        ...[
          "vg plus",
          "very good plus",
          "vg plus plus",
          "very good plus plus",
          "nm minus",
          "near mint minus",
        ],
        ...["ex", "ex plus", "ex minus", "exc", "excellent", "excellent plus", "excellent minus"],
        ...["e", "e plus", "e minus"],
      ],
      NM: ["nm", "nm plus", "near mint", "near mint plus", "m minus", "mint minus"],
      M: ["m", "mint"],
    } satisfies Record<Grade, string[]>,
  ).flatMap(([grade, names]) => names.map((name): [string, Grade] => [name, grade as Grade]) // safe: the object's keys are checked above
  ),
);

/**
 * The grade a person named (`VG+`, `vg plus`, `Very Good Plus (VG+)`, `NM or M-`); null when the text is not exactly
 * one grade.
 */
export function parseGradeName(text: string): Grade | null {
  if (text.length > 80) return null;
  const names = text.normalize("NFKC").toLowerCase().split(/[()[\]/,;|]|\bor\b/).map(nameKey).filter((name) =>
    name !== ""
  );
  const grades = new Set(names.map((name) => NAMES.get(name) ?? null));
  const [grade] = grades;
  return grades.size === 1 && grade ? grade : null;
}

function nameKey(text: string): string {
  return text
    .replaceAll("+", " plus ")
    .replace(/[-–—−](?=\s*$)/g, " minus ")
    .replace(/[^a-z]+/g, " ")
    .trim()
    .replace(/^([a-z]{1,3})(plus|minus)$/, "$1 $2")
    .replace(/^(vg|ex|nm|g)plusplus$/, "$1 plus plus")
    .replace(/^very ?good/, "very good")
    .replace(/^near ?mint/, "near mint");
}

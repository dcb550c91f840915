/** Which operation a request reaches. */
import type { MountedOperation } from "../../../src/platform/api/document.ts";

/**
 * The operations that may answer `method` at `path`: none where the path or its method is not there. HEAD reaches what GET
 * does. Several where a word of one path is an id of another; the first is the one with more words of its own.
 */
export function operationsAt(
  operations: readonly MountedOperation[],
  { method, path }: { method: string; path: string },
): MountedOperation[] {
  // Methods are told apart by case: "get" is none.
  const wanted = method === "HEAD" ? "get" : method === method.toUpperCase() ? method.toLowerCase() : "";
  return operations.filter((one) => one.method === wanted && patternOf(one.path).test(path))
    .sort((a, b) => paramsOf(a.path).length - paramsOf(b.path).length);
}

/** Names of the ids in a path. */
export function paramsOf(path: string): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
}

const patterns = new Map<string, RegExp>();

function patternOf(template: string): RegExp {
  const found = patterns.get(template) ??
    new RegExp(`^${template.replace(/[.]/g, "\\.").replace(/\{\w+\}/g, "[^/]+")}$`);
  patterns.set(template, found);
  return found;
}

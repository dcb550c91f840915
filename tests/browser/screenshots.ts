/** Pictures that a test run leaves for people to look at: `.data/screenshots/<name>.png`. */
import { join } from "node:path";
import type { Tab } from "./tab.ts";

const FOLDER = join(".data", "screenshots");

/** Windows in which pages are looked at: a small phone and a desk, by day and by night. */
export const WINDOWS = [360, 1_200].flatMap((width) =>
  [false, true].map((dark) => ({ width, dark, name: `${width}-${dark ? "dark" : "light"}` }))
);

/** Keeps a picture of what the tab shows. */
export async function keepPicture(tab: Tab, name: string): Promise<void> {
  await Deno.mkdir(FOLDER, { recursive: true });
  await Deno.writeFile(join(FOLDER, `${name}.png`), await tab.picture());
}

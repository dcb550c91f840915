import { z } from "zod";

/** A configuration that stops the start; the message names the variable. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** A variable that holds an address beginning with one of `protocols`; its text is never shown. */
export const url = (variable: string, protocols: string[]) =>
  z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), {
    error: () =>
      `${variable} is not a URL that begins with ${protocols.map((one) => `${one}//`).join(" or ")}`,
  });

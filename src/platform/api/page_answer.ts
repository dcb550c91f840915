/** Answers for people who opened a link, by the same routes that answer JSON to programs. */
import type { Context, MiddlewareHandler } from "hono";
import { DomainError } from "../errors.ts";
import { paragraph, webPage } from "../web_page.ts";
import type { ApiEnv } from "./env.ts";

/** Whether whoever asks looks at pages, as browsers do. */
export function wantsPage(c: Context): boolean {
  return c.req.header("accept")?.includes("text/html") ?? false;
}

/** Answers a page. `images`: it shows pictures of the web; titles and links in it come from strangers too. */
export function answerPage(
  c: Context,
  html: string,
  { images = false }: { images?: boolean } = {},
): Response {
  return c.body(html, 200, pageHeaders(images));
}

/** To somebody who looks at pages a refusal is one too. */
export const answerRefusalsAsPages: MiddlewareHandler<ApiEnv> = async (c, next) => {
  await next();
  if (!(c.error instanceof DomainError) || !wantsPage(c)) return;
  // A browser that looks at a page sends no other method.
  if (c.error.code === "method_not_allowed") return;
  const html = webPage("That did not work", paragraph(`${c.error.message}.`));
  c.res = new Response(html, { status: c.res.status });
  // Headers of the answer it takes the place of have stayed, and with them the policy for data.
  for (const [name, value] of Object.entries(pageHeaders(false))) c.res.headers.set(name, value);
};

/** Nothing but the page and its one form; and nobody puts it into a frame, where a click could be stolen. */
function pageHeaders(images: boolean): Record<string, string> {
  const policy = [
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    `img-src data:${images ? " http: https:" : ""}`,
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ];
  return {
    "content-type": "text/html; charset=UTF-8",
    "content-security-policy": policy.join("; "),
    // The address holds a token.
    "referrer-policy": "no-referrer",
  };
}

/** Pages of our own for browsers: no script, nothing from elsewhere, readable small and large, by day and by night. */
import { escape, NO_ICON } from "./html_page.ts";

/** A page around `content`, which is HTML; `title` is text. */
export function webPage(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${NO_ICON}<title>${escape(title)} · WaxWatch</title>
<style>${STYLES}</style>
</head>
<body>
<main>
<p class="brand">WaxWatch</p>
<h1>${escape(title)}</h1>
${content}
</main>
</body>
</html>
`;
}

/** A sentence as a paragraph. */
export function paragraph(sentence: string): string {
  return `<p>${escape(sentence)}</p>`;
}

/** A form that posts to `action` (absent: to its page's address); `fields` is HTML. */
export function postForm(
  { action, fields = "", button }: { action?: string; fields?: string; button: string },
): string {
  const target = action === undefined ? "" : ` action="${escape(action)}"`;
  return `<form method="post"${target}>${fields}<button type="submit">${escape(button)}</button></form>`;
}

/** The colours are those of our mails; every pair of text and ground has a contrast of at least 4.5. */
const STYLES = `
:root{color-scheme:light dark;--back:#f3f1ec;--card:#fff;--line:#e2ddd3;--field:#8a8375;--ink:#1d1b18;--dim:#6b655b;
--brand:#a3381b;--on-brand:#fff}
@media (prefers-color-scheme:dark){
:root{--back:#171512;--card:#211e1a;--line:#3a352d;--ink:#f3efe6;--dim:#b5ad9f;--brand:#ff9b7a;--on-brand:#211e1a}
}
body{margin:0;padding:16px 8px;background:var(--back);color:var(--ink);
font:16px/24px -apple-system,"Segoe UI",Roboto,Helvetica,Arial,sans-serif}
main{max-width:552px;margin:0 auto;padding:20px 24px 24px;background:var(--card);border:1px solid var(--line);
border-radius:12px;overflow-wrap:anywhere}
.brand{margin:0;color:var(--brand);font-size:14px;font-weight:700}
.brand::before{content:"\\25CF\\A0"}
h1{margin:12px 0 8px;font-size:22px;line-height:28px}
p{margin:0 0 16px;color:var(--dim)}
p:last-child{margin:0}
label{display:block}
input{display:block;box-sizing:border-box;width:100%;margin:6px 0 16px;padding:10px;border:1px solid var(--field);
border-radius:8px;background:var(--back);color:var(--ink);font:inherit}
button{padding:10px 18px;border:0;border-radius:8px;background:var(--brand);color:var(--on-brand);font:inherit;
font-weight:600;cursor:pointer}
:focus-visible{outline:3px solid var(--ink);outline-offset:2px}
@media (min-width:640px){body{padding-top:64px}}
`;

/** Mails, and what shows one on the web: a table with inline styles, as mail programs read them, light and dark. */

/** Text made harmless in HTML, also inside quoted attributes. */
export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`);
}

/** A mail of our look around `rows` of its one table. */
export function page(
  title: string,
  rows: readonly string[],
  { isOnWeb = false }: { isOnWeb?: boolean } = {},
): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
${isOnWeb ? NO_ICON : ""}<title>${escape(title)}</title>
<style>${STYLES}</style>
</head>
<body class="back" style="margin:0;padding:0;background:#f3f1ec;">
<table role="presentation" class="back" width="100%" cellpadding="0" cellspacing="0" style="background:#f3f1ec;">
<tr><td align="center" style="padding:16px 8px;">
<div role="main" align="center">
<table role="presentation" class="card" width="100%" cellpadding="0" cellspacing="0" style="${CARD}">
${row(`<span class="brand" style="${BRAND}">&#9679; WaxWatch</span>`, "20px 24px 8px")}
${rows.join("\n")}
</table>
</div>
</td></tr>
</table>
</body>
</html>
`;
}

/** Browsers ask for /favicon.ico unless a page says that it has no icon. */
export const NO_ICON = `<link rel="icon" href="data:,">\n`;

/** One row of the table, with its padding. */
export function row(content: string, padding = "8px 24px"): string {
  return `<tr><td style="padding:${padding};">${content}</td></tr>`;
}

/** The type face of everything. */
export const FONT = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const CARD = "max-width:600px;background:#ffffff;border:1px solid #e2ddd3;border-radius:12px;";
const BRAND = `${FONT};font-size:14px;font-weight:700;color:#a3381b;`;

/** Dark colours; `!important` because mail programs keep inline styles stronger. */
const STYLES = `
:root{color-scheme:light dark;supported-color-schemes:light dark}
td{word-break:break-word;overflow-wrap:anywhere}
@media (prefers-color-scheme:dark){
.back{background:#171512 !important}
.card{background:#211e1a !important;border-color:#3a352d !important}
.ink{color:#f3efe6 !important}
.dim{color:#b5ad9f !important}
.brand,.link{color:#ff9b7a !important}
.line{border-color:#3a352d !important}
.button{background:#ff9b7a !important;color:#211e1a !important}
}`;

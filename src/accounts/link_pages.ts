/** The pages that links in mails open. Pure. They work without scripts: a form posts to the address it came from. */
import { escape, FONT, page, row } from "../platform/html_page.ts";

/** Asks whether the address shall be confirmed: mail scanners open every link, and must not confirm anything. */
export function verifyPage(token: string): string {
  return linkPage("Confirm your e-mail address", [
    text("Confirm that mail from WaxWatch reaches you at this address."),
    form("verify-email", token, button("Confirm this address")),
  ]);
}

/** Asks for the new password. */
export function resetPage(token: string): string {
  const field = `<label class="ink" style="${LABEL}">New password, at least 10 characters` +
    `<input style="${FIELD}" type="password" name="password" minlength="10" maxlength="200" ` +
    `autocomplete="new-password" required></label>`;
  return linkPage("Choose a new password", [
    text("All browsers that are signed in will have to sign in again."),
    form("reset-password", token, field + button("Save the password")),
  ]);
}

/** Says what happened. */
export function resultPage(title: string, sentence: string): string {
  return linkPage(title, [text(sentence)]);
}

function linkPage(title: string, rows: readonly string[]): string {
  return page(title, [
    row(`<h1 class="ink" style="${H1}">${escape(title)}</h1>`),
    ...rows.map((one) => row(one, "8px 24px 24px")),
  ]);
}

function text(sentence: string): string {
  return `<p class="dim" style="${TEXT}">${escape(sentence)}</p>`;
}

/** The address is relative: the service may live below a path. */
function form(action: string, token: string, content: string): string {
  return `<form method="post" action="${action}">` +
    `<input type="hidden" name="token" value="${escape(token)}">${content}</form>`;
}

function button(label: string): string {
  return `<button style="${BUTTON}" type="submit">${escape(label)}</button>`;
}

const H1 = `${FONT};font-size:22px;line-height:28px;margin:0;color:#1d1b18;`;
const TEXT = `${FONT};font-size:14px;line-height:20px;margin:0;color:#6b655b;`;
const LABEL = `${FONT};font-size:14px;line-height:20px;display:block;`;
const FIELD = "display:block;width:100%;box-sizing:border-box;margin:6px 0 16px;padding:10px;font-size:16px;";
const BUTTON = "padding:10px 18px;font-size:15px;";

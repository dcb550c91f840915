/** The words of mails about accounts. Pure. Nothing in them was written by whoever asked for the mail. */
import { escape, FONT, page, row } from "../platform/html_page.ts";
import type { AccountMailKind } from "./account_mail_store.ts";
import type { AccountMail } from "./mailer.ts";

/** How long links live: a mailbox is read within a day; a new password is chosen by somebody who waits for the mail. */
export const LINK_SECONDS = { verify: 24 * 3_600, reset: 3_600 } as const;

interface Words {
  subject: string;
  paragraphs: string[];
  /** The text on the button; null: the mail has none. */
  button: string | null;
  footer: string;
}

const NOT_YOU = "If it was not you, do nothing: without the link nothing happens.";
const VERIFY: Words = {
  subject: "Confirm your e-mail address",
  paragraphs: [
    "Somebody made an account at WaxWatch with this address. If it was you, confirm that mail reaches you here.",
    "The link works once and for 24 hours.",
  ],
  button: "Confirm this address",
  footer: NOT_YOU,
};
const RESET: Words = {
  subject: "Choose a new password",
  paragraphs: [
    "Somebody asked for a new password for your WaxWatch account. If it was you, choose one now.",
    "The link works once and for one hour. All browsers that are signed in will have to sign in again.",
  ],
  button: "Choose a new password",
  footer: NOT_YOU,
};
const ALREADY: Words = {
  subject: "You already have an account",
  paragraphs: [
    "Somebody tried to make an account at WaxWatch with this address, which has one. Nothing was changed.",
    "If it was you, sign in; if you do not know your password, ask for a new one there.",
  ],
  button: null,
  footer: "If it was not you, do nothing.",
};
const WORDS = {
  verify_email: VERIFY,
  register_again: VERIFY,
  reset_password: RESET,
  already_registered: ALREADY,
} as const satisfies Record<AccountMailKind, Words>;
const DEACTIVATED =
  "The account is deactivated. Write to those who run this installation if you want it back.";

/** The mail of a kind; `url` is what its button opens. */
export function writeAccountMail(
  kind: AccountMailKind,
  { to, url, isActive }: { to: string; url: string; isActive: boolean },
): AccountMail {
  const { subject, button, footer, ...words } = WORDS[kind];
  const paragraphs = isActive ? words.paragraphs : [...words.paragraphs, DEACTIVATED];
  const text = [...paragraphs, ...(button === null ? [] : [`${button}:\n${url}`]), `-- \n${footer}`];
  return {
    to,
    subject,
    text: `${text.join("\n\n")}\n`,
    html: page(subject, [
      row(`<h1 class="ink" style="${H1}">${escape(subject)}</h1>`),
      ...paragraphs.map((one) => row(`<p class="dim" style="${TEXT}">${escape(one)}</p>`)),
      ...(button === null ? [] : [row(
        `<a class="button" href="${escape(url)}" style="${BUTTON}">${escape(button)}</a>`,
        "8px 24px 16px",
      )]),
      row(`<p class="dim" style="${TEXT}">${escape(footer)}</p>`, "8px 24px 24px"),
    ]),
  };
}

const H1 = `${FONT};font-size:22px;line-height:28px;margin:0;color:#1d1b18;`;
const TEXT = `${FONT};font-size:14px;line-height:20px;margin:0;color:#6b655b;`;
const BUTTON =
  `${FONT};display:inline-block;padding:10px 18px;font-size:15px;font-weight:600;border-radius:8px;` +
  "background:#a3381b;color:#ffffff;text-decoration:none;";

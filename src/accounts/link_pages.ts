/** The pages that links in mails open. Pure. They work without scripts: a form posts to the address it came from. */
import { escape } from "../platform/html_page.ts";
import { paragraph, postForm, webPage } from "../platform/web_page.ts";

/** Asks whether the address shall be confirmed: mail scanners open every link, and must not confirm anything. */
export function verifyPage(token: string): string {
  return webPage(
    "Confirm your e-mail address",
    paragraph("Confirm that mail from WaxWatch reaches you at this address.") +
      linkForm("verify-email", { token, button: "Confirm this address" }),
  );
}

/** Asks for the new password. */
export function resetPage(token: string): string {
  const fields = `<label>New password, at least 10 characters<input type="password" name="password" ` +
    `minlength="10" maxlength="200" autocomplete="new-password" required></label>`;
  return webPage(
    "Choose a new password",
    paragraph("All browsers that are signed in will have to sign in again.") +
      linkForm("reset-password", { token, fields, button: "Save the password" }),
  );
}

/** The address is relative, as the service may live below a path, and without the token, which goes in the body. */
function linkForm(action: string, { token, fields = "", button }: {
  token: string;
  fields?: string;
  button: string;
}): string {
  const hidden = `<input type="hidden" name="token" value="${escape(token)}">`;
  return postForm({ action, fields: hidden + fields, button });
}

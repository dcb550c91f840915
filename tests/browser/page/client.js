/**
 * A small client as the web client behaves: a session cookie that no script sees, five calls and one stream when the
 * page loads, and the end of the session on every 401 and 403. `?api=` names a service on another origin.
 */

const API = new URLSearchParams(location.search).get("api") ?? "";
/** A stream that ended is opened again after this. */
const RECONNECT_MS = 1_000;

/** @type {AbortController | null} The session; null: nobody is signed in. */
let session = null;
/** The id of the last message of the stream, for the next one. */
let lastEventId = "";

/**
 * One call of the API. A credential that is of no use any more ends the session.
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 * @returns {Promise<any>}
 */
async function call(method, path, body) {
  const response = await fetch(API + path, {
    method,
    credentials: "include",
    ...(body === undefined
      ? {}
      : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  });
  const answer = await response.json();
  if (response.ok) return answer;
  if (response.status === 401 || response.status === 403) endSession();
  throw new Error(`${response.status} ${answer.error.code}: ${answer.error.message}`);
}

async function loadPage() {
  const [me, rules, releases, alerts, unread] = await Promise.all([
    call("GET", "/api/me"),
    call("GET", "/api/watch-rules"),
    call("GET", "/api/watch-releases"),
    call("GET", "/api/notifications"),
    call("GET", "/api/notifications/unread-count"),
  ]);
  showName(me);
  list("rules").replaceChildren(...rules.map(ruleItem));
  list("releases").replaceChildren(...releases.map((/** @type {any} */ release) => item(release.title)));
  list("alerts").replaceChildren(...alerts.map(alertItem));
  show("unread", unread.unread_count);
  element("login").hidden = true;
  element("home").hidden = false;
  session = new AbortController();
  void follow(session.signal);
}

/**
 * Follows the stream until the session ends, again whenever it breaks off.
 * @param {AbortSignal} signal
 */
async function follow(signal) {
  while (!signal.aborted) {
    try {
      await readStream(signal);
    } catch (error) {
      if (!signal.aborted) show("status", error);
    }
    show("stream", "closed");
    await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS));
  }
}

/** @param {AbortSignal} signal */
async function readStream(signal) {
  const headers = new Headers();
  if (lastEventId !== "") headers.set("last-event-id", lastEventId);
  const response = await fetch(`${API}/api/stream/events`, { credentials: "include", headers, signal });
  if (response.status === 401 || response.status === 403) return endSession();
  if (!response.ok || !response.body) throw new Error(`The stream answers ${response.status}`);
  show("stream", "open");
  let text = "";
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const messages = (text + value).split("\n\n");
    text = messages.pop() ?? "";
    for (const message of messages) await take(message);
  }
}

/**
 * Shows the alert that a message of the stream announces.
 * @param {string} message
 */
async function take(message) {
  const fields = new Map(
    message.split("\n").map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon), line.slice(colon + 1).trim()];
    }),
  );
  // The first one only says where the stream begins.
  lastEventId = fields.get("id") ?? lastEventId;
  const data = fields.get("data");
  if (data === undefined) return;
  list("alerts").prepend(alertItem(JSON.parse(data)));
  show("unread", (await call("GET", "/api/notifications/unread-count")).unread_count);
}

function endSession() {
  session?.abort();
  session = null;
  lastEventId = "";
  element("home").hidden = true;
  element("login").hidden = false;
}

/** @param {any} alert of the inbox or of the stream */
function alertItem(alert) {
  const made = item(alert.title);
  made.dataset.id = alert.notification_id ?? alert.id;
  if (alert.is_read) return made;
  made.append(button("Mark as read", async (self) => {
    await call("POST", `/api/notifications/${made.dataset.id}/read`);
    show("unread", (await call("GET", "/api/notifications/unread-count")).unread_count);
    self.remove();
  }));
  return made;
}

/** @param {any} rule */
function ruleItem(rule) {
  return item(`${rule.name}: ${rule.query.keywords.join(", ")} on ${rule.query.sources.join(", ")}`);
}

/** @param {any} me */
function showName(me) {
  show("name", me.display_name ?? `No name (${me.email})`);
}

/** @param {string} text */
function item(text) {
  const made = document.createElement("li");
  made.append(text, " ");
  return made;
}

/**
 * @param {string} text
 * @param {(self: HTMLButtonElement) => Promise<void>} onClick
 */
function button(text, onClick) {
  const made = document.createElement("button");
  made.append(text);
  made.addEventListener("click", () => run(() => onClick(made)));
  return made;
}

/** @param {string} id */
function element(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

const list = element;

/**
 * @param {string} id
 * @param {unknown} value
 */
function show(id, value) {
  element(id).textContent = String(value);
}

/**
 * Does it and says how it went.
 * @param {() => Promise<unknown>} work
 */
async function run(work) {
  show("status", "…");
  try {
    await work();
    show("status", "Done");
  } catch (error) {
    show("status", error instanceof Error ? error.message : error);
  }
}

/**
 * @param {string} id of a form
 * @param {(fields: Record<string, FormDataEntryValue>) => Promise<unknown>} work
 */
function onSubmit(id, work) {
  element(id).addEventListener("submit", (event) => {
    event.preventDefault();
    void run(() => work(fieldsOf(id)));
  });
}

/** @param {string} id of a form */
function fieldsOf(id) {
  return Object.fromEntries(new FormData(/** @type {HTMLFormElement} */ (element(id))));
}

/**
 * @param {string} id of a button
 * @param {() => Promise<unknown>} work
 */
function onClick(id, work) {
  element(id).addEventListener("click", () => run(work));
}

onSubmit("login", async (credentials) => {
  await call("POST", "/api/auth/login", { ...credentials, return_to: null, handoff: null, state: null });
  await loadPage();
});
onClick("register", () => call("POST", "/api/auth/register", fieldsOf("login")));
onClick("forgot", () => call("POST", "/api/auth/forgot-password", { email: fieldsOf("login").email }));
// Without `sources`: the service watches wherever it can.
onSubmit("new-rule", async ({ name, words }) => {
  list("rules").prepend(
    ruleItem(await call("POST", "/api/watch-rules", { name, query: { keywords: [words] } })),
  );
});
onSubmit("profile", async (changes) => showName(await call("PATCH", "/api/me", changes)));
onClick("clear-name", async () => showName(await call("PATCH", "/api/me", { display_name: null })));
onClick("log-out", async () => {
  await call("POST", "/api/me/logout");
  endSession();
});
onClick("deactivate", async () => {
  await call("DELETE", "/api/me");
  endSession();
});

// A cookie may still be there from the last visit; only the service can tell.
await loadPage().catch(endSession);

-- How people log in here: passwords, browser sessions, single-use links by mail, and what slows guessing down.

-- migrate:up

create table passwords (
  user_id uuid primary key references users (id) on delete cascade,
  -- Algorithm, cost, salt and hash in one text ($scrypt$ln=15,r=8,p=3$…$…), so that the cost can be raised later.
  hash text not null check (hash like '$scrypt$%' and length(hash) <= 500),
  changed_at timestamptz not null
);

create table sessions (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references users (id) on delete cascade,
  -- SHA-256 of the cookie's value, which is kept nowhere.
  token_hash bytea not null check (length(token_hash) = 32),
  -- What the browser calls itself, so that its user knows it in the list; null: nothing.
  user_agent text check (length(user_agent) between 1 and 300),
  created_at timestamptz not null,
  -- Written at most once a minute.
  last_used_at timestamptz not null,
  expires_at timestamptz not null,
  -- By a logout, a new password, a deactivation or its user; null: by nothing but its expiry.
  ended_at timestamptz
);

-- Serves findSessionUser(): one probe per request.
create unique index sessions_hash on sessions (token_hash);
-- Serves listSessions(), endSessionsOfUser() and the cascade from users.
create index sessions_user on sessions (user_id, created_at);
-- Serves pruneSessions().
create index sessions_expiry on sessions (expires_at);

-- Browsers that logged in to an account before: a stranger's guessing does not keep them out.
create table known_devices (
  user_id uuid not null references users (id) on delete cascade,
  -- SHA-256 of the device cookie's value.
  token_hash bytea not null check (length(token_hash) = 32),
  last_used_at timestamptz not null,
  -- Serves findLoginUser() and the cascade from users.
  primary key (user_id, token_hash)
);

-- Mails about an account that are to be sent; a row goes when its mail was taken, or given up.
create table account_mails (
  id uuid primary key default gen_random_uuid(),
  kind text not null check (kind in ('verify_email', 'register_again', 'already_registered', 'reset_password')),
  -- Whoever has this address as his login when the mail is sent, or nobody: the request does not look.
  email text not null check (length(email) between 3 and 320),
  attempts integer not null default 0 check (attempts >= 0),
  next_attempt_at timestamptz not null,
  lease_until timestamptz,
  lease_token bigint not null default 0,
  created_at timestamptz not null
);

-- Serves claimDueAccountMails() and nextAccountMailDueAt().
create index account_mails_due on account_mails (next_attempt_at);

-- Links that such mails carry; a row goes when the link was used, or another took its place.
create table account_links (
  -- SHA-256 of the link's token, which is made while the mail is sent and kept nowhere.
  token_hash bytea primary key check (length(token_hash) = 32),
  user_id uuid not null references users (id) on delete cascade,
  -- The kind of the mail that carries it.
  kind text not null check (kind in ('verify_email', 'register_again', 'reset_password')),
  -- Where it was sent: it proves this address and no other.
  email text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null
);

-- Serves deleteLinks() and the cascade from users.
create index account_links_user on account_links (user_id);

-- How often something was tried lately that may be tried only so often; the arithmetic is accounts/throttle.ts.
create table auth_throttles (
  -- SHA-256 of what is counted: no addresses of strangers are kept.
  key bytea primary key check (length(key) = 32),
  -- Attempts not yet forgotten, at last_at.
  level double precision not null check (level >= 0),
  last_at timestamptz not null,
  -- When all of them will be.
  forget_at timestamptz not null
);

-- Serves pruneThrottles().
create index auth_throttles_forget on auth_throttles (forget_at);

alter table api_tokens add column last_used_at timestamptz;

-- migrate:down

alter table api_tokens drop column last_used_at;
drop table auth_throttles;
drop table account_links;
drop table account_mails;
drop table known_devices;
drop table sessions;
drop table passwords;

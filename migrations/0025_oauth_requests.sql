-- Links to marketplaces that wait for their user's consent, and tokens that were withdrawn there.

-- migrate:up

create table oauth_requests (
  -- SHA-256 of the state that the client was given.
  state_hash bytea primary key check (length(state_hash) = 32),
  user_id uuid not null references users (id) on delete cascade,
  provider text not null check (length(provider) between 1 and 60),
  -- SHA-256 of the request token, by which a browser that comes back without the state is known. Serves takeOAuthRequest().
  request_token_hash bytea not null unique check (length(request_token_hash) = 32),
  -- The request token with its secret, encrypted as in linked_accounts.
  token_key_id text not null,
  token_nonce bytea not null check (length(token_nonce) = 12),
  token_ciphertext bytea not null check (length(token_ciphertext) > 16),
  created_at timestamptz not null,
  expires_at timestamptz not null
);

-- Serves dropOtherRequests() and the cascade from users.
create index oauth_requests_user on oauth_requests (user_id, provider, created_at);
-- Serves pruneOAuthRequests().
create index oauth_requests_expired on oauth_requests (expires_at);

-- When the provider first refused the token; null: it did not, or there is none.
alter table linked_accounts add column revoked_at timestamptz;

-- migrate:down

alter table linked_accounts drop column revoked_at;
drop table oauth_requests;

-- Accounts on marketplaces that users linked to theirs, so that their lists can be imported.

-- migrate:up

create table linked_accounts (
  user_id uuid not null references users (id) on delete cascade,
  provider text not null check (length(provider) between 1 and 60),
  -- His name there.
  external_user_id text not null check (length(external_user_id) between 1 and 120),
  -- The access token and what belongs to it, as JSON under AES-256-GCM with the key of this id of ENCRYPTION_KEYS. The row's
  -- identity is authenticated with it: copied to another row it cannot be read. All null: no token, public lists only.
  token_key_id text,
  token_nonce bytea check (length(token_nonce) = 12),
  token_ciphertext bytea check (length(token_ciphertext) > 16),
  connected_at timestamptz not null,
  -- One account of a provider each; also serves the cascade from users.
  primary key (user_id, provider),
  constraint linked_accounts_token check (num_nulls(token_key_id, token_nonce, token_ciphertext) in (0, 3))
);

-- migrate:down

drop table linked_accounts;

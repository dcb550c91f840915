-- Who a token of an outside issuer belongs to. An e-mail address never links two accounts.

-- migrate:up

-- Where an account comes from: made here with its e-mail as the name it logs in by, or by an issuer's first token.
alter table users add column origin text not null default 'local' check (origin in ('local', 'issuer'));
-- Tokens of outside issuers that were issued before this are refused; logging out and deactivating set it.
alter table users add column invalidate_before timestamptz;

drop index users_email;
-- One account per login address, however it is capitalised. An issuer's users have an address only to be written to:
-- were it unique there too, whoever has an address at one issuer would lock out or be given the account of another.
create unique index users_email on users (lower(email)) where origin = 'local';

create table identities (
  issuer text not null check (length(issuer) between 1 and 2000),
  subject text not null check (length(subject) between 1 and 255),
  user_id uuid not null references users (id) on delete cascade,
  -- When the token was issued whose e-mail the account has: an older one does not bring the old address back.
  claims_at timestamptz,
  created_at timestamptz not null,
  -- Serves findIdentityUser(): one probe per request; and makes one user of first tokens that come at once.
  primary key (issuer, subject)
);

-- Serves the cascade from users.
create index identities_user on identities (user_id);

-- Identities whose account was deleted for good: a token that is still valid does not make it again.
create table identity_tombstones (
  issuer text not null,
  -- SHA-256 of the subject: what was deleted is not kept.
  subject_hash bytea not null check (length(subject_hash) = 32),
  until timestamptz not null,
  -- Serves hasTombstone().
  primary key (issuer, subject_hash)
);

-- migrate:down

drop table identity_tombstones;
drop table identities;
drop index users_email;
-- Two of them may share an address, and nobody can be told apart by one any more.
update users set email = id || '@users.invalid', email_verified = false where origin = 'issuer';
create unique index users_email on users (lower(email));
alter table users drop column invalidate_before;
alter table users drop column origin;

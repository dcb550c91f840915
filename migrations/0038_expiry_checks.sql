-- A listing that is seen again is written without a word to any index: when to look whether it has expired is a time of its own.

-- migrate:up

drop index listings_expire;
alter table listings
  -- When it is looked at next whether it has expired: not after expires_at, mostly long before, because being seen again
  -- moves expires_at alone. Null: it never expires.
  add column expiry_check_at timestamptz,
  -- Room on each page for the next version of its rows, so that it need not go to another one and into every index.
  set (fillfactor = 85);

update listings set expiry_check_at = expires_at where expires_at is not null;

-- What a process of an older version inserts is looked at at once.
alter table listings alter column expiry_check_at set default '-infinity';

-- Nothing that expires is forgotten.
alter table listings add constraint listings_expiry_check check (expires_at is null or expiry_check_at is not null);

-- Serves blankListings(). Naming expires_at here would bring its every move into the index.
create index listings_expiry_check on listings (expiry_check_at)
  where expiry_check_at is not null and blanked_at is null;

-- migrate:down

drop index listings_expiry_check;
alter table listings
  drop constraint listings_expiry_check,
  drop column expiry_check_at,
  reset (fillfactor);
create index listings_expire on listings (expires_at) where expires_at is not null and blanked_at is null;

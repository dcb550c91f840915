-- Offers somebody was alerted to, looked at one by one before what is known of them is too old.

-- migrate:up

create table listing_checks (
  listing_id uuid primary key references listings (id) on delete cascade,
  provider text not null,
  -- When to look, unless it is seen before.
  due_at timestamptz not null,
  -- When the listing was last seen, as of the plan: seen since, it is planned anew without a call.
  seen_at timestamptz not null,
  lease_until timestamptz,
  lease_token bigint not null default 0,
  -- Failures in a row that concern this listing alone.
  failures integer not null default 0 check (failures >= 0)
);

-- Serves claimDueChecks().
create index listing_checks_due on listing_checks (provider, due_at);

-- migrate:down

drop table listing_checks;

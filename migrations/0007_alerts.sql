-- The matcher's side of rules, what matched, and what each user was last told about a listing.

-- migrate:up

create table compiled_rules (
  id uuid primary key default gen_random_uuid(),
  owner_kind text not null check (owner_kind in ('watch_rule', 'watch_release')),
  owner_id uuid not null,
  user_id uuid not null references users (id) on delete cascade,
  -- The owner's name, shown in alerts.
  label text not null,
  query jsonb not null,
  first_run text not null default 'top' check (first_run in ('none', 'top', 'all')),
  -- Raised by every change of query: a verdict of an older version is not stored.
  version integer not null default 1,
  active boolean not null,
  -- Latest of creation, query change, enabling; older offers count as already for sale.
  active_since timestamptz not null,
  backfill_state text not null check (backfill_state in ('pending', 'running', 'completed')),
  -- Offers already for sale that were recorded since active_since, and how many of them alerted.
  backfill_found integer not null default 0,
  backfill_alerted integer not null default 0,
  lease_until timestamptz,
  lease_token bigint not null default 0,
  unique (owner_kind, owner_id)
);

-- Serves the cascade from users.
create index compiled_rules_user on compiled_rules (user_id);
-- Serves claimDueBackfills().
create index compiled_rules_backfill on compiled_rules (active_since) where active and backfill_state <> 'completed';

-- The index of the matcher: rows exist only for active rules. A listing is a candidate when the anchor and all
-- tokens are among its keys and its provider is among the sources.
create table rule_anchors (
  compiled_rule_id uuid not null references compiled_rules (id) on delete cascade,
  -- Kept here so that the candidate query needs no second table.
  user_id uuid not null references users (id) on delete cascade,
  anchor text not null,
  tokens text[] not null,
  sources text[] not null
);

-- Serves findCandidates(): one probe per key of a listing.
create index rule_anchors_anchor on rule_anchors (anchor);
-- Serves re-indexing one rule and the cascade from compiled_rules.
create index rule_anchors_rule on rule_anchors (compiled_rule_id);
-- Serves the cascade from users.
create index rule_anchors_user on rule_anchors (user_id);

create table matches (
  compiled_rule_id uuid not null references compiled_rules (id) on delete cascade,
  listing_id uuid not null references listings (id) on delete cascade,
  user_id uuid not null references users (id) on delete cascade,
  rule_version integer not null,
  -- Every predicate with what was expected and found.
  checks jsonb not null,
  -- Exchange rate used, with date and source; null: none was needed.
  rate jsonb,
  matched_at timestamptz not null,
  primary key (compiled_rule_id, listing_id)
);

-- Serves the cascade from listings and "which rules matched this listing".
create index matches_listing on matches (listing_id);
-- Serves the cascade from users.
create index matches_user on matches (user_id);

-- One row per user and listing, whatever number of rules matched: the reason why nobody is told twice.
create table alert_states (
  user_id uuid not null references users (id) on delete cascade,
  listing_id uuid not null references listings (id) on delete cascade,
  -- Null: recorded only (already for sale when the rule began).
  alerted_at timestamptz,
  -- The price last alerted, or at recording.
  price_minor bigint check (price_minor >= 0),
  currency text check (currency ~ '^[A-Z]{3}$'),
  created_at timestamptz not null,
  primary key (user_id, listing_id)
);

-- Serves the cascade from listings.
create index alert_states_listing on alert_states (listing_id);

-- migrate:down

drop table alert_states;
drop table matches;
drop table rule_anchors;
drop table compiled_rules;

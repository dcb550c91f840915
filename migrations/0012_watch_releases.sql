-- Watched Discogs releases, what is known of releases by name, and the quota that provider calls share.

-- migrate:up

create table watch_releases (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references users (id) on delete cascade,
  discogs_release_id bigint not null check (discogs_release_id >= 1),
  discogs_master_id bigint check (discogs_master_id >= 1),
  match_mode text not null check (match_mode in ('exact_release', 'master_release')),
  title text not null check (length(title) between 1 and 300),
  artist text check (length(artist) between 1 and 200),
  -- 0 is Discogs' unknown.
  year integer check (year between 0 and 9999),
  -- Whole units of currency as the user wrote them; compared in minor units.
  target_price double precision check (target_price >= 0),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  min_condition text check (min_condition in ('P', 'F', 'G', 'G+', 'VG', 'VG+', 'NM', 'M')),
  is_active boolean not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint watch_releases_master check (match_mode = 'exact_release' or discogs_master_id is not null)
);

-- A user watches a release once, and any version of a master once.
create unique index watch_releases_release on watch_releases (user_id, discogs_release_id)
  where match_mode = 'exact_release';
-- The same for any version of a master.
create unique index watch_releases_any_version on watch_releases (user_id, discogs_master_id)
  where match_mode = 'master_release';
-- Serves the list of a user's watch releases, newest first.
create index watch_releases_user on watch_releases (user_id, created_at desc, id desc);

-- Releases of the catalogue that a watch matches and whose floor price has to be polled before it can alert.
create table floor_candidates (
  compiled_rule_id uuid not null references compiled_rules (id) on delete cascade,
  provider text not null,
  discogs_release_id bigint not null check (discogs_release_id >= 1),
  created_at timestamptz not null,
  -- When the floor's poll was subscribed, or refused because the watch has enough; null: still to be done.
  settled_at timestamptz,
  primary key (compiled_rule_id, provider, discogs_release_id)
);

-- Serves findUnsettledWatches().
create index floor_candidates_unsettled on floor_candidates (created_at) where settled_at is null;

-- Names of releases and masters from Discogs' catalogue (CC0: may be kept), so that a floor has a title without a call.
create table discogs_catalogue (
  kind text not null check (kind in ('release', 'master')),
  id bigint not null check (id >= 1),
  -- Artist, title and formats, cleaned for showing and matching.
  title text not null check (length(title) between 1 and 1000),
  -- Of a release: its master; null: none or unknown.
  master_id bigint check (master_id >= 1),
  -- Of a master: the version that stands for it.
  main_release_id bigint check (main_release_id >= 1),
  read_at timestamptz not null,
  primary key (kind, id)
);

-- Calls that all processes share: the times of the calls of the last minute, oldest first. A count that refills would
-- let nearly twice the limit through in one minute.
create table provider_quotas (
  provider text not null,
  -- What the provider counts by: "ip", "app", a host.
  scope text not null,
  taken timestamptz[] not null,
  primary key (provider, scope)
);

-- Not before this although due: the provider's quota was used up. next_poll_at stays, so that lateness counts.
alter table polls add column not_before timestamptz;

-- 'plan': asked for by the watch itself; 'candidate': the floor of a release that the watch's search found.
alter table poll_subscriptions add column origin text not null default 'plan' check (origin in ('plan', 'candidate'));

-- Listings are found by the ids they name, like by their words.
update listings set keys = keys
  || case when discogs_release_id is null then '{}'::text[] else array['release:' || discogs_release_id] end
  || case when discogs_master_id is null then '{}'::text[] else array['master:' || discogs_master_id] end
where discogs_release_id is not null or discogs_master_id is not null;

-- migrate:down

alter table poll_subscriptions drop column origin;
alter table polls drop column not_before;
drop table provider_quotas;
drop table discogs_catalogue;
drop table floor_candidates;
drop table watch_releases;

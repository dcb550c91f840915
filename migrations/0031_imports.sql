-- Imports of users' lists at marketplaces: the jobs, what they found, and the watches they made.

-- migrate:up

-- Whether lists are read again by themselves, and when next.
alter table linked_accounts add column sync text not null default 'off' check (sync in ('off', 'hourly'));
alter table linked_accounts add column next_sync_at timestamptz;
-- Serves takeDueSync().
create index linked_accounts_sync on linked_accounts (next_sync_at) where sync <> 'off';

-- Made by an import, and its user has not changed it since: imports may go on to change it.
alter table watch_releases add column is_imported boolean not null default false;

create table import_jobs (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references users (id) on delete cascade,
  provider text not null check (length(provider) between 1 and 60),
  import_scope text not null check (import_scope in ('wantlist', 'collection', 'both', 'list', 'csv')),
  -- Of scope 'list': its number at Discogs. Else 0, so that the unique index below tells scopes apart.
  list_id bigint not null default 0 check (list_id >= 0),
  -- 'sync': started by itself, which its user is told of only where it fails.
  origin text not null check (origin in ('user', 'sync')),
  status text not null check (status in ('pending', 'running', 'completed', 'failed', 'failed_to_queue')),
  -- What is read now, and whether it still is: 'gone' looks for what a complete reading did not find.
  source text not null check (source in ('wantlist', 'collection', 'list')),
  phase text not null default 'read' check (phase in ('fetch', 'read', 'gone')),
  next_page integer not null default 1 check (next_page >= 1),
  -- What the provider said the source holds when its reading began, and rows read of it; null: it said nothing yet.
  source_total integer,
  source_read integer not null default 0,
  -- Every row was read and none moved meanwhile: only then what was not seen is gone.
  is_whole boolean not null default true,
  page integer not null default 0,
  processed_count integer not null default 0,
  imported_count integer not null default 0,
  created_count integer not null default 0,
  updated_count integer not null default 0,
  removed_count integer not null default 0,
  error_count integer not null default 0,
  -- The first of them.
  errors jsonb not null default '[]',
  -- Calls that failed in a row, and when the next one may be made.
  failures integer not null default 0,
  next_attempt_at timestamptz not null,
  lease_until timestamptz,
  lease_token bigint not null default 0,
  started_at timestamptz,
  completed_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null
);

-- One job of a scope runs for a user. Serves findRunningImport() and startImport().
create unique index import_jobs_running on import_jobs (user_id, provider, import_scope, list_id)
  where status in ('pending', 'running');
-- Serves claimDueImports() and nextImportDueAt().
create index import_jobs_due on import_jobs (next_attempt_at) where status in ('pending', 'running');
-- Serves the cascade from users and a user's export.
create index import_jobs_user on import_jobs (user_id, created_at);

-- Rows of a list or a file that wait to be imported, read once and then cut into pages.
create table import_rows (
  job_id uuid not null references import_jobs (id) on delete cascade,
  position integer not null check (position >= 1),
  row jsonb not null,
  primary key (job_id, position)
);

-- What a user's lists hold, by the newest reading of each.
create table imported_items (
  user_id uuid not null references users (id) on delete cascade,
  source text not null check (source in ('wantlist', 'collection', 'list')),
  list_id bigint not null default 0,
  discogs_release_id bigint not null check (discogs_release_id >= 1),
  discogs_master_id bigint check (discogs_master_id >= 1),
  title text not null check (length(title) between 1 and 300),
  artist text check (length(artist) between 1 and 200),
  year integer check (year between 1 and 9999),
  target_price double precision check (target_price >= 0),
  min_condition text,
  watch_release_id uuid not null references watch_releases (id) on delete cascade,
  -- No reference: jobs may go before what they found.
  last_job_id uuid not null,
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  -- When a complete reading no longer found it; null: it is there.
  removed_at timestamptz,
  primary key (user_id, source, list_id, discogs_release_id)
);

-- Serves listImportedItems() and countImportedItems().
create index imported_items_present on imported_items (user_id, first_seen_at, discogs_release_id) where removed_at is null;
-- Serves findImportedItem() and the cascade from watch_releases.
create index imported_items_watch on imported_items (watch_release_id);

-- migrate:down

drop table imported_items;
drop table import_rows;
drop table import_jobs;
alter table watch_releases drop column is_imported;
drop index linked_accounts_sync;
alter table linked_accounts drop column next_sync_at;
alter table linked_accounts drop column sync;

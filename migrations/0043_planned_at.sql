-- When the searches of a watch were last planned: who looks for what is missing reads those that changed.

-- migrate:up

-- To the millisecond, as the service writes it, because pages begin behind such a time. The default is for a process of an
-- older version.
alter table watch_rules
  add column planned_at timestamptz not null default date_trunc('milliseconds', now());
alter table watch_releases
  add column planned_at timestamptz not null default date_trunc('milliseconds', now());

-- Serves listActiveRules().
create index watch_rules_planned on watch_rules (planned_at, id) where is_active;
-- Serves listActiveReleases().
create index watch_releases_planned on watch_releases (planned_at, id) where is_active;

-- migrate:down

alter table watch_releases drop column planned_at;
alter table watch_rules drop column planned_at;

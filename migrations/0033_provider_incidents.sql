-- Providers, and single searches, that failed for long, and who was told.

-- migrate:up

create table provider_incidents (
  id uuid primary key default gen_random_uuid(),
  provider text not null check (length(provider) between 1 and 200),
  -- The one search that fails while others succeed; null: all of them do.
  poll_id uuid references polls (id) on delete cascade,
  -- Suspected: watched, nobody is told. Recovered: its end is being told. Closed: over, all is said.
  state text not null check (state in ('suspected', 'open', 'recovered', 'closed')),
  -- The kind of the last failure, or that no search came through without any.
  cause text not null check (
    cause in ('silent', 'rate_limited', 'unavailable', 'blocked', 'bad_response', 'unauthorized')
  ),
  -- The last success, or when somebody first waited for one.
  since timestamptz not null,
  suspected_at timestamptz not null,
  -- When it was last looked at: what nobody watched for a while is suspected anew.
  seen_at timestamptz not null,
  opened_at timestamptz,
  -- Since when it answers again; null: it does not.
  answering_since timestamptz,
  -- Null with state closed: it ended without a recovery, because nobody asks any more.
  recovered_at timestamptz
);

-- One at a time, whatever number of processes look.
create unique index provider_incidents_current on provider_incidents (provider, poll_id) nulls not distinct
  where state in ('suspected', 'open');
-- Serves listIncidents().
create index provider_incidents_unfinished on provider_incidents (provider, state) where state <> 'closed';
-- Serves carryOver() and pruneIncidents().
create index provider_incidents_recovered on provider_incidents (provider, recovered_at);
-- Serves the cascade from polls.
create index provider_incidents_poll on provider_incidents (poll_id) where poll_id is not null;

-- The reason why nobody is told twice.
create table provider_incident_users (
  incident_id uuid not null references provider_incidents (id) on delete cascade,
  user_id uuid not null references users (id) on delete cascade,
  told_at timestamptz not null,
  -- Null: he was not told that it is over.
  recovery_told_at timestamptz,
  primary key (incident_id, user_id)
);

-- Serves the cascade from users.
create index provider_incident_users_user on provider_incident_users (user_id);

-- Serves the newest success at a provider in readSilence(), and listPolledSources().
create index polls_answered on polls (provider, last_success_at) where interval_seconds is not null;
-- Serves findFailingPolls().
create index polls_failing on polls (provider) where interval_seconds is not null
  and last_error like 'bad_response:%' and (last_success_at is null or last_error_at > last_success_at);

-- migrate:down

drop index polls_failing;
drop index polls_answered;
drop table provider_incident_users;
drop table provider_incidents;

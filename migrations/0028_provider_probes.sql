-- After a block one caller alone asks a provider first.

-- migrate:up

-- Who probes has until then; a block that is over and not lifted lets nobody else through. Null: nobody probes.
alter table provider_states add column probe_until timestamptz;

-- Serves claimDuePolls(), which looks provider by provider, and nextPollDueAt().
create index polls_due_of_provider on polls (provider, next_poll_at) where interval_seconds is not null;
drop index polls_due;

-- migrate:down

-- Serves claimDuePolls() and nextPollDueAt().
create index polls_due on polls (next_poll_at) where interval_seconds is not null;
drop index polls_due_of_provider;
alter table provider_states drop column probe_until;

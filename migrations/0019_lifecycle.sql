-- The end of an account: what a watch that was stopped remembers, and what a deleted account leaves behind.

-- migrate:up

-- When its poll last succeeded while the subscription lasted, noted at its end; null: never, or it has not ended.
alter table poll_subscriptions add column last_run_at timestamptz;

-- What ended before this was noted: known where the poll has not run since.
update poll_subscriptions s set last_run_at = p.last_success_at
from polls p where p.id = s.poll_id and p.last_success_at between s.started_at and s.ended_at;

-- Serves findRule() and listRules(), which show when a watch last ran: one probe each, however often it was changed.
create index poll_subscriptions_ended on poll_subscriptions (subscriber_id, last_run_at) where ended_at is not null;

-- When its user switched the account off; null: he did not. An operator may switch it on again.
alter table users add column deactivated_at timestamptz;

-- Tokens and session cookies of accounts that were deleted for good: who shows one is told that, for a time.
create table token_tombstones (
  -- SHA-256 of the token, as api_tokens and sessions had it.
  token_hash bytea primary key check (length(token_hash) = 32),
  until timestamptz not null
);

-- migrate:down

drop table token_tombstones;
alter table users drop column deactivated_at;
drop index poll_subscriptions_ended;
alter table poll_subscriptions drop column last_run_at;

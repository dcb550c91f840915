-- When a user is told of a listing again, reminders, and the sweeps that find out what has ended.

-- migrate:up

alter table compiled_rules
  -- How far below the price last told a listing has to fall, in whole per cent.
  add column drop_percent smallint not null default 5 check (drop_percent between 1 and 90),
  -- Null: no reminders.
  add column remind_after_days smallint check (remind_after_days between 1 and 365);

alter table alert_states
  -- The name under which a due reminder is claimed.
  add column id uuid not null default gen_random_uuid(),
  -- The price rose by 10 % above the one last told: a fall back to it is told again.
  add column armed boolean not null default false,
  -- Exchange rates when price_minor was told, units of each currency for one of `currency`; null: none was known.
  add column rates jsonb,
  -- When to look whether a reminder is due; null: none is planned. The rules decide when it comes.
  add column remind_at timestamptz,
  add column lease_until timestamptz,
  add column lease_token bigint not null default 0;

-- Serves the handler of a claimed reminder.
create unique index alert_states_id on alert_states (id);
-- Serves claimDueReminders() and nextReminderDueAt().
create index alert_states_remind on alert_states (remind_at) where remind_at is not null;

alter table polls
  -- When a run last read all pages, or as many as its provider allows; null: none did.
  add column last_sweep_at timestamptz;

alter table poll_items
  -- When the first of missed_sweeps began; null: the last complete sweep, or a later run, read it.
  add column missed_since timestamptz;

-- Serves findUnseenListings(): few items are ever missed.
create index poll_items_missed on poll_items (poll_id) where missed_since is not null;

alter table event_content
  -- The price last told, where the event is about its change.
  add column previous_price_minor bigint check (previous_price_minor >= 0),
  add column previous_currency text check (previous_currency ~ '^[A-Z]{3}$'),
  -- Of a floor: copies for sale.
  add column for_sale_count integer check (for_sale_count >= 0);

-- migrate:down

alter table event_content
  drop column previous_price_minor,
  drop column previous_currency,
  drop column for_sale_count;

alter table poll_items drop column missed_since;

alter table polls drop column last_sweep_at;

alter table alert_states
  drop column id,
  drop column armed,
  drop column rates,
  drop column remind_at,
  drop column lease_until,
  drop column lease_token;

alter table compiled_rules
  drop column drop_percent,
  drop column remind_after_days;

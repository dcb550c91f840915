-- From event to message: where a user wants to be told, what waits to leave, what left, and every attempt.

-- migrate:up

-- Which events reach a user's inbox and outgoing channels where that differs from the defaults (notifications/toggles.ts).
create table event_toggles (
  user_id uuid not null references users (id) on delete cascade,
  event_type text not null,
  -- Null: the default of the event type.
  inbox boolean,
  outgoing boolean,
  primary key (user_id, event_type)
);

-- A user's destinations. E-mail: one row, made by the first event that may be mailed; its address is users.email and its
-- switch preferences.notifications_email, so that neither is kept twice.
create table channels (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references users (id) on delete cascade,
  kind text not null check (kind in ('email')),
  -- Overrides the user's delivery_frequency; null: it does not.
  mode text check (mode in ('instant', 'hourly', 'daily', 'off')),
  -- Lets the holder of a message switch the channel off without login: 122 random bits, good for nothing else.
  unsubscribe_token uuid not null default gen_random_uuid() unique,
  -- The address that bounced for good. The channel is dead while it is the user's; a new address revives it.
  disabled_address text,
  disabled_at timestamptz,
  created_at timestamptz not null
);

-- One e-mail channel a user; also serves the cascade from users.
create unique index channels_email on channels (user_id) where kind = 'email';

create table deliveries (
  id uuid primary key default gen_random_uuid(),
  channel_id uuid not null references channels (id) on delete cascade,
  kind text not null check (kind in ('instant', 'digest')),
  -- The local date and slot ('daily', '14:00', 'quiet') of a digest; null for an instant message.
  local_date date,
  slot text,
  state text not null default 'pending' check (state in ('pending', 'sent', 'failed', 'suppressed', 'off')),
  -- Why it was suppressed, or what the last failure said.
  reason text,
  attempts integer not null default 0 check (attempts >= 0),
  next_attempt_at timestamptz not null,
  lease_until timestamptz,
  lease_token bigint not null default 0,
  created_at timestamptz not null,
  finished_at timestamptz,
  constraint deliveries_slot check ((kind = 'digest') = (local_date is not null and slot is not null)),
  -- A digest is cut once: a later item of the same slot waits for the next one.
  constraint deliveries_once unique (channel_id, local_date, slot)
);

-- Serves claimDueDeliveries() and nextDeliveryDueAt().
create index deliveries_due on deliveries (next_attempt_at) where state = 'pending';

create table delivery_items (
  event_id uuid not null references events (id) on delete cascade,
  channel_id uuid not null references channels (id) on delete cascade,
  mode text not null check (mode in ('instant', 'hourly', 'daily')),
  -- The earliest moment it may leave: its slot, moved to the end of quiet hours.
  not_before timestamptz not null,
  -- Of a digest: the local date and slot it was planned for.
  local_date date,
  slot text,
  -- Quiet hours moved it.
  deferred boolean not null,
  state text not null default 'pending' check (state in ('pending', 'cut', 'suppressed', 'off')),
  reason text,
  -- What it left with; its outcome is the delivery's.
  delivery_id uuid references deliveries (id) on delete cascade,
  created_at timestamptz not null,
  primary key (event_id, channel_id),
  constraint delivery_items_cut check ((state = 'cut') = (delivery_id is not null))
);

-- Serves lockDueChannels() and nextDeliveryDueAt().
create index delivery_items_due on delivery_items (not_before) where state = 'pending';
-- Serves the cut and the re-planning of one channel, and the cascade from channels.
create index delivery_items_channel on delivery_items (channel_id, state);
-- Serves the content of one message and the cascade from deliveries.
create index delivery_items_delivery on delivery_items (delivery_id) where delivery_id is not null;

create table delivery_attempts (
  delivery_id uuid not null references deliveries (id) on delete cascade,
  attempt integer not null check (attempt >= 1),
  started_at timestamptz not null,
  duration_ms integer not null check (duration_ms >= 0),
  outcome text not null check (outcome in ('sent', 'temporary', 'permanent', 'recipient_gone', 'misconfigured')),
  -- What the other side said.
  detail text not null,
  primary key (delivery_id, attempt)
);

-- migrate:down

drop table delivery_attempts;
drop table delivery_items;
drop table deliveries;
drop table channels;
drop table event_toggles;

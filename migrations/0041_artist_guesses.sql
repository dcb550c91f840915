-- Where a shop's artists stand is guessed from its products, and guessed anew when the way of guessing gets better.

-- migrate:up

-- Which way of guessing found artist_from; null: somebody said it, or the kind has no such thing.
alter table added_sources add column artist_guess smallint check (artist_guess >= 1);

-- What nobody has changed since it was added was guessed in the first way, but where the operator's entry says it.
update added_sources s set artist_guess = 1
where artist_from is not null and updated_at = created_at
  and not exists (select from shared_sources h where h.source_id = s.id and h.artist_from is not null);

-- migrate:down

alter table added_sources drop column artist_guess;

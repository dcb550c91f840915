-- Daily exchange rates, so that a price in one currency can be held against a bound in another.

-- migrate:up

create table fx_rates (
  -- Who published it: 'ecb', or 'currency-api' for the set that is shipped with the service.
  source text not null check (length(source) between 1 and 60),
  rate_date date not null,
  base text not null default 'EUR' check (base = 'EUR'),
  currency text not null check (currency ~ '^[A-Z]{3}$' and currency <> base),
  -- Units of currency for one unit of base, as published: no float in between.
  rate numeric not null check (rate > 0),
  fetched_at timestamptz not null,
  -- Also serves findRateSets(): the newest day of each source.
  primary key (source, rate_date, currency)
);

-- migrate:down

drop table fx_rates;

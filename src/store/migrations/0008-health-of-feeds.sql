-- What is usual for a feed (a source, or one lane of it; '' is the source as a whole), learned from its receipts.
-- read_to: the newest receipt that is in it. state: JSON, read by the program only.
create table feed (
  tenant_key int not null,
  scope_key int not null,
  source text not null,
  lane text not null,
  read_to bigint not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  due_at timestamptz,
  state text not null,
  judged_at timestamptz not null,
  primary key (tenant_key, source, lane)
);

-- One row an incident; a feed has at most one that is not cleared.
create table feed_incident (
  tenant_key int not null,
  incident_key bigint generated always as identity,
  scope_key int not null,
  source text not null,
  lane text not null,
  kind text not null check (kind in ('silent', 'late', 'drifting', 'flooding')),
  since timestamptz not null,
  noticed_at timestamptz not null,
  cleared_at timestamptz,
  expected text not null,
  observed text not null,
  primary key (tenant_key, incident_key)
);
create unique index feed_incident_open on feed_incident (tenant_key, source, lane) where cleared_at is null;

do $$
begin
  call secure_table('feed', 'scope');
  call secure_table('feed_incident', 'scope');
end $$;
grant select, insert, update on feed, feed_incident to orderhub_app;

-- Every time a person made a version of a mapping run. The newest row of a source holds while its folder says what it said then.
create table mapping_publication (
  tenant_key int not null,
  publication_key bigint generated always as identity,
  scope_key int not null,
  source text not null,
  mapping_key int not null,
  folder_hash text not null,
  kind text not null check (kind in ('published', 'rolled-back')),
  published_at timestamptz not null,
  published_by text not null,
  primary key (tenant_key, publication_key)
);
create index mapping_publication_of_source on mapping_publication (tenant_key, source, publication_key);

-- What a source in shadow would have told: kind 'records', 'events', 'quarantined', 'milestone', 'fault' or 'unknown-word'.
create table shadow_tally (
  tenant_key int not null,
  scope_key int not null,
  source text not null,
  mapping_key int not null,
  kind text not null,
  name text not null,
  times bigint not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  primary key (tenant_key, source, mapping_key, kind, name)
);

-- What records of a source look like, as far as they were looked at, and the contract made of it, every version.
create table contract_profile (
  tenant_key int not null,
  scope_key int not null,
  source text not null,
  profile json not null,
  updated_at timestamptz not null,
  primary key (tenant_key, source)
);
create table contract (
  tenant_key int not null,
  scope_key int not null,
  source text not null,
  version int not null,
  contract json not null,
  created_at timestamptz not null,
  primary key (tenant_key, source, version)
);

-- Where records left the contract. breaking: the mapping could not take them.
create table drift (
  tenant_key int not null,
  scope_key int not null,
  source text not null,
  path text not null,
  kind text not null,
  severity text not null check (severity in ('additive', 'breaking')),
  detail text not null,
  contract_version int not null,
  times bigint not null,
  quarantined bigint not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  acknowledged_at timestamptz,
  primary key (tenant_key, source, path, kind)
);

do $$
declare
  t text;
begin
  foreach t in array array['mapping_publication', 'shadow_tally', 'contract_profile', 'contract', 'drift'] loop
    call secure_table(t, 'scope');
  end loop;
end $$;
grant select, insert on mapping_publication to orderhub_app;
grant select, insert, update on shadow_tally, contract_profile, contract, drift to orderhub_app;

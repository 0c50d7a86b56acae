-- The hub's tables. The owner migrates; the program connects as orderhub_app, which owns nothing.
-- Every table carries its tenant, row-level security is forced on all of them, and what belongs to a selling company and
-- region carries its scope. A transaction states its tenant and scopes: set local orderhub.tenant, orderhub.scopes ('*' = all).

create table tenant (
  tenant_key int primary key,
  name text not null unique
);

-- A scope is one selling company in one region of one tenant.
create table scope (
  tenant_key int not null references tenant,
  scope_key int generated always as identity primary key,
  company text not null,
  region text not null,
  unique (tenant_key, company, region)
);

-- A source's mapping, every version of it; evidence points at mapping_key.
create table mapping (
  tenant_key int not null references tenant,
  mapping_key int generated always as identity primary key,
  scope_key int not null references scope,
  source text not null,
  version int not null,
  hash text not null,
  definition json not null,
  created_at timestamptz not null,
  unique (tenant_key, source, version)
);

create sequence receipt_key_sequence increment 10000;
create sequence order_key_sequence increment 10000;

-- What arrived in one go, as received. outcomes: one letter a record (A accepted, D duplicate, Q quarantined, R rejected).
create table receipt (
  receipt_key bigint primary key,
  tenant_key int not null,
  scope_key int not null,
  mapping_key int not null,
  batch_seq bigint not null,
  received_at timestamptz not null,
  name text,
  context text,
  outcomes text not null,
  bytes_length int not null,
  sha256 bytea not null,
  packed boolean not null,
  bytes bytea not null
);
alter table receipt alter column bytes set storage external;

-- Canonical events. body: the event without what stands in columns. When the hub learned of one says its batch.
create table event (
  order_key bigint not null,
  event_at timestamptz not null,
  event_id uuid not null,
  tenant_key int not null,
  scope_key int not null,
  mapping_key int not null,
  receipt_key bigint not null,
  record_index int not null,
  record_from int not null,
  record_to int not null,
  batch_seq bigint not null,
  body json not null,
  primary key (order_key, event_at, event_id)
);

create table order_state (
  order_key bigint primary key,
  tenant_key int not null,
  scope_keys int[] not null,
  version int not null,
  changed_seq bigint not null,
  golden_id uuid not null,
  status text not null,
  label text not null,
  updated_at timestamptz not null,
  state json not null
) with (fillfactor = 60);
-- No index but the key: an update that touches no indexed column stays on its page, and lists walk the outbox instead.

-- identifier_id: the first 128 bits of SHA-256 over type, namespace and value.
create table identifier (
  tenant_key int not null,
  identifier_id uuid not null,
  scope_keys int[] not null,
  order_key bigint not null,
  suspended boolean not null,
  identifier_type text not null,
  namespace text not null,
  value text collate "C" not null,
  primary key (tenant_key, identifier_id)
);
create index identifier_by_value on identifier (tenant_key, value);

-- Claims that a person declared wrong, and claims that wait for a person because their identifier joins too much.
create table link_void (
  tenant_key int not null,
  scope_key int not null,
  void_key text not null,
  voided_at timestamptz not null,
  restored_at timestamptz,
  reason text not null,
  primary key (tenant_key, void_key)
);
create table link_review (
  tenant_key int not null,
  scope_keys int[] not null,
  identifier text not null,
  opened_at timestamptz not null,
  decision text,
  decided_at timestamptz,
  primary key (tenant_key, identifier)
);
create table link_review_claim (
  tenant_key int not null,
  scope_key int not null,
  identifier text not null,
  other text not null,
  order_key bigint not null,
  primary key (tenant_key, identifier, other)
);

-- One row a transaction: its place in the hash chain and what it held.
create table batch (
  tenant_key int not null,
  batch_seq bigint not null,
  committed_at timestamptz not null,
  receipts int not null,
  events int not null,
  events_digest bigint not null,
  previous_hash bytea not null,
  hash bytea not null,
  -- A rebuild: its events are all events of the tenant up to here, in place of what earlier batches counted.
  rebuilt boolean not null default false,
  primary key (tenant_key, batch_seq)
);
create table chain_head (
  tenant_key int primary key,
  batch_seq bigint not null,
  hash bytea not null
);

-- What changed, for readers that follow: one row a batch and scope.
create table outbox (
  tenant_key int not null,
  batch_seq bigint not null,
  scope_key int not null,
  order_keys bigint[] not null,
  changes json not null,
  primary key (tenant_key, batch_seq, scope_key)
);

-- received = accepted + duplicate + quarantined + rejected, per source and day of receipt (UTC).
create table ledger (
  tenant_key int not null,
  scope_key int not null,
  source text not null,
  day date not null,
  received bigint not null,
  accepted bigint not null,
  duplicate bigint not null,
  quarantined bigint not null,
  rejected bigint not null,
  primary key (tenant_key, source, day)
);

create table quarantine (
  tenant_key int not null,
  quarantine_key bigint generated always as identity primary key,
  scope_key int not null,
  source text not null,
  mapping_key int not null,
  receipt_key bigint not null,
  record_index int not null,
  record_from int not null,
  record_to int not null,
  received_at timestamptz not null,
  code text not null,
  detail text not null,
  path text not null,
  state text not null default 'open' check (state in ('open', 'replayed', 'discarded')),
  settled_at timestamptz,
  unique (tenant_key, receipt_key, record_index)
);
create index quarantine_open on quarantine (tenant_key, source, code) where state = 'open';

-- How far a stream of a source (a file, a topic) has been taken.
create table source_position (
  tenant_key int not null,
  scope_key int not null,
  source text not null,
  stream text not null,
  position bigint not null,
  updated_at timestamptz not null,
  primary key (tenant_key, source, stream)
);

-- Words of statuses that no term knows: the work queue of the terminology.
create table unknown_word (
  tenant_key int not null,
  scope_key int not null,
  source text not null,
  word text not null,
  times bigint not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  primary key (tenant_key, source, word)
);

create table api_key (
  tenant_key int not null references tenant,
  key_id text not null,
  secret_sha256 bytea not null unique,
  name text not null,
  permissions text[] not null,
  scope_keys int[],
  created_at timestamptz not null,
  expires_at timestamptz,
  revoked_at timestamptz,
  primary key (tenant_key, key_id)
);

create table idempotency (
  tenant_key int not null,
  key_id text not null,
  idempotency_key text not null,
  request_sha256 bytea not null,
  status int,
  response json,
  created_at timestamptz not null,
  primary key (tenant_key, key_id, idempotency_key)
);

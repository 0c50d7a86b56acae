-- Row-level security, enabled and forced, on every table that holds a tenant's rows.

create function current_tenant() returns int language sql stable
  return nullif(current_setting('orderhub.tenant', true), '')::int;

-- Null means every scope of the tenant; unset means none.
create function current_scopes() returns int[] language sql stable
  return case coalesce(current_setting('orderhub.scopes', true), '')
    when '*' then null when '' then '{}'::int[] else current_setting('orderhub.scopes', true)::int[] end;

-- Secures one table. rows_of: 'tenant' (tenant_key only), 'scope' (one scope_key), 'scopes' (scope_keys).
create procedure secure_table(t text, rows_of text) language plpgsql as $$
declare
  condition constant text := case rows_of
    when 'tenant' then '(tenant_key = (select current_tenant()))'
    when 'scope' then '(tenant_key = (select current_tenant()) and ((select current_scopes()) is null or scope_key = any ((select current_scopes())::int[])))'
    when 'scopes' then '(tenant_key = (select current_tenant()) and ((select current_scopes()) is null or scope_keys && (select current_scopes())::int[]))'
  end;
begin
  execute format('create policy scope_of_transaction on %I using %s with check %s', t, condition, condition);
  execute format('alter table %I enable row level security', t);
  execute format('alter table %I force row level security', t);
end $$;
revoke all on procedure secure_table(text, text) from public;

do $$
declare
  t text;
begin
  foreach t in array array['tenant', 'batch', 'chain_head', 'idempotency', 'api_key'] loop
    call secure_table(t, 'tenant');
  end loop;
  foreach t in array array['scope', 'mapping', 'receipt', 'event', 'link_void', 'link_review_claim', 'outbox', 'ledger',
                           'quarantine', 'source_position', 'unknown_word'] loop
    call secure_table(t, 'scope');
  end loop;
  foreach t in array array['order_state', 'identifier', 'link_review'] loop
    call secure_table(t, 'scopes');
  end loop;
end $$;

-- An API key is looked up before its tenant is known: the one function that sees past row security.
-- It answers only to the hash of a secret that is not expired and not revoked.
create function authenticate(secret bytea, at timestamptz)
  returns table (tenant_key int, key_id text, name text, permissions text[], scope_keys int[])
  language sql stable security definer set search_path = public, pg_temp
  begin atomic
    select k.tenant_key, k.key_id, k.name, k.permissions, k.scope_keys
    from api_key k
    where k.secret_sha256 = secret and k.revoked_at is null and (k.expires_at is null or k.expires_at > at);
  end;
revoke all on function authenticate(bytea, timestamptz) from public;
grant execute on function authenticate(bytea, timestamptz) to orderhub_app;

grant usage on schema public to orderhub_app;
grant select on all tables in schema public to orderhub_app;
grant insert, update on scope, mapping, order_state, identifier, link_void, link_review, chain_head, ledger, quarantine,
  source_position, unknown_word, idempotency, api_key to orderhub_app;
grant insert on tenant, receipt, event, batch, outbox, link_review_claim to orderhub_app;
-- A merge or a split moves events and claims to another order; a replay changes what became of a record; nothing else changes.
grant update (order_key) on event to orderhub_app;
grant update (outcomes) on receipt to orderhub_app;
grant update (order_key) on link_review_claim to orderhub_app;
-- An order that was merged into another stops existing; idempotency keys expire.
grant delete on order_state, idempotency, link_review_claim to orderhub_app;
grant usage on all sequences in schema public to orderhub_app;

-- The owner that `authenticate` runs as may read keys even where it is no superuser.
create policy keys_for_authenticate on api_key for select to current_user using (true);

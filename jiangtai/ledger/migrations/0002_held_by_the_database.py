"""What the database itself does for the ledger: a table for each month, and the list of what waits for its place."""

from django.db import migrations

# A UUIDv7 begins with milliseconds, so a month of ids is a range. The function is the owner's, because the application
# may make no tables; a truncation of one month alone is refused like that of the whole.
OPEN_MONTH = """
CREATE FUNCTION ledger_open_month(day date) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public AS $$
DECLARE
    first timestamptz := date_trunc('month', day::timestamp) AT TIME ZONE 'UTC';
    next timestamptz := (date_trunc('month', day::timestamp) + interval '1 month') AT TIME ZONE 'UTC';
    name text := 'ledger_factrow_' || to_char(day, 'YYYYMM');
BEGIN
    IF to_regclass(name) IS NOT NULL THEN
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(1247019011);
    IF to_regclass(name) IS NOT NULL THEN
        RETURN;
    END IF;
    EXECUTE format(
        'CREATE TABLE %I PARTITION OF ledger_factrow FOR VALUES FROM (%L) TO (%L)',
        name, ledger_first_id(first), ledger_first_id(next)
    );
    EXECUTE format(
        'CREATE TRIGGER no_truncate BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()', name
    );
END $$;
"""
FIRST_ID = """
CREATE FUNCTION ledger_first_id(moment timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex((extract(epoch FROM moment) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;
"""
REFUSE = """
CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'append-only: rows of % are never removed', TG_TABLE_NAME;
END $$;
"""
WAIT = """
CREATE FUNCTION ledger_wait() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ledger_waiting (fact) SELECT id FROM written;
    RETURN NULL;
END $$;
CREATE TRIGGER waits AFTER INSERT ON ledger_factrow
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION ledger_wait();
"""


class Migration(migrations.Migration):
    """Months and the waiting list."""

    dependencies = [("ledger", "0001_initial")]
    operations = [
        migrations.RunSQL(FIRST_ID, "DROP FUNCTION ledger_first_id(timestamptz);"),
        migrations.RunSQL(REFUSE, "DROP FUNCTION ledger_refuse();"),
        migrations.RunSQL(OPEN_MONTH, "DROP FUNCTION ledger_open_month(date);"),
        migrations.RunSQL(WAIT, "DROP TRIGGER waits ON ledger_factrow; DROP FUNCTION ledger_wait();"),
    ]

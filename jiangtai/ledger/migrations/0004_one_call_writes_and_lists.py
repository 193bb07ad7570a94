"""One call writes a fact and lists it for the sequencer; the trigger that listed what was written is gone."""

from django.db import migrations

# The plan of a statement inside a function is kept for the connection; that of a statement sent is made each time.
APPEND = """
CREATE FUNCTION ledger_append(
    id uuid, type text, subject uuid, unit uuid, day date, until date, ends uuid, reverses uuid, payload jsonb,
    secret bytea, cause text, cause_id uuid, cause_step text, by uuid, made_at timestamptz, stamp bytea
) RETURNS boolean LANGUAGE plpgsql SET search_path = public AS $$
BEGIN
    INSERT INTO ledger_factrow (
        id, type, subject, unit_id, day, until, ends, reverses, payload,
        secret, cause, cause_id, cause_step, by, made_at, stamp
    ) SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16
    WHERE EXISTS (SELECT FROM access_unit WHERE access_unit.id = $4);
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO ledger_waiting (fact) VALUES ($1);
    RETURN true;
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
    """The call, and no trigger."""

    dependencies = [("ledger", "0003_fewer_indexes")]
    operations = [
        migrations.RunSQL(
            APPEND,
            "DROP FUNCTION ledger_append(uuid, text, uuid, uuid, date, date, uuid, uuid, jsonb,"
            " bytea, text, uuid, text, uuid, timestamptz, bytea);",
        ),
        migrations.RunSQL("DROP TRIGGER waits ON ledger_factrow; DROP FUNCTION ledger_wait();", WAIT),
    ]

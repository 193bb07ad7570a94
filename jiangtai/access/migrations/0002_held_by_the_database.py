"""What Python alone must not be trusted with: three powers apart, the numbers of units, and who may read the audit."""

from django.db import migrations


class Migration(migrations.Migration):
    """The composite key of duties, the sequence of units, and row-level security on the audit."""

    dependencies = [("access", "0001_initial")]
    operations = [
        # An account has one duty and a grant carries it: no account can hold roles of two duties.
        migrations.RunSQL(
            "ALTER TABLE access_grant ADD CONSTRAINT grant_has_duty_of_account FOREIGN KEY (account_id, duty)"
            " REFERENCES access_account (id, duty) ON UPDATE RESTRICT DEFERRABLE INITIALLY IMMEDIATE",
            "ALTER TABLE access_grant DROP CONSTRAINT grant_has_duty_of_account",
        ),
        migrations.RunSQL("CREATE SEQUENCE access_unit_number AS bigint", "DROP SEQUENCE access_unit_number"),
        # Whoever acts may write; only the audit administrator, jobs, and everyone for themself may read.
        migrations.RunSQL(
            "ALTER TABLE access_auditentry ENABLE ROW LEVEL SECURITY;"
            "CREATE POLICY write ON access_auditentry FOR INSERT WITH CHECK (true);"
            "CREATE POLICY read ON access_auditentry FOR SELECT USING ("
            " current_setting('jiangtai.duty', true) IN ('job', 'audit')"
            " OR actor::text = current_setting('jiangtai.actor', true));",
            "DROP POLICY read ON access_auditentry; DROP POLICY write ON access_auditentry;"
            "ALTER TABLE access_auditentry DISABLE ROW LEVEL SECURITY;",
        ),
    ]

"""Tables whose lines never change: a right the web role does not have, and a trigger for everybody else."""

from django.db import migrations

NEVER = """
CREATE FUNCTION never() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'la table % ne se modifie pas : on y ajoute seulement', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""

# Default privileges gave the web role every right on the new table: take back all but reading and adding.
PROTECT = """
DO $$ DECLARE grantee text; BEGIN
    FOR grantee IN
        SELECT DISTINCT g.grantee FROM information_schema.role_table_grants g
         WHERE g.table_schema = 'public' AND g.table_name = '{table}' AND g.grantee <> current_user
    LOOP
        EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM %I', grantee);
    END LOOP;
END $$;
CREATE TRIGGER never_row BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION never();
CREATE TRIGGER never_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION never();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER never_row;
ALTER TABLE {table} ENABLE ALWAYS TRIGGER never_truncate;
"""
UNPROTECT = """
DROP TRIGGER never_row ON {table};
DROP TRIGGER never_truncate ON {table};
"""


def append_only(table):
    """The migration operation that makes an existing table append-only."""
    return migrations.RunSQL(PROTECT.format(table=table), UNPROTECT.format(table=table))

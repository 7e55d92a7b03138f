from django.db import migrations

KEEP = """
CREATE FUNCTION confirmed_paper() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'un papier confirmé ne se modifie pas'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER confirmed_row BEFORE UPDATE OR DELETE ON charter_papersignature FOR EACH ROW
    WHEN (OLD.act_id IS NOT NULL) EXECUTE FUNCTION confirmed_paper();
CREATE TRIGGER confirmed_truncate BEFORE TRUNCATE ON charter_papersignature FOR EACH STATEMENT
    EXECUTE FUNCTION confirmed_paper();
ALTER TABLE charter_papersignature ENABLE ALWAYS TRIGGER confirmed_row;
ALTER TABLE charter_papersignature ENABLE ALWAYS TRIGGER confirmed_truncate;
"""
LET_GO = """
DROP TRIGGER confirmed_row ON charter_papersignature;
DROP TRIGGER confirmed_truncate ON charter_papersignature;
DROP FUNCTION confirmed_paper();
"""


class Migration(migrations.Migration):
    """A paper still changes while it waits for its answer; once confirmed, it is the evidence of an act."""

    dependencies = [("charter", "0003_reminders_and_papers_answered")]

    operations = [migrations.RunSQL(KEEP, LET_GO)]

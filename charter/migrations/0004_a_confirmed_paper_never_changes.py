from django.db import migrations

KEEP = """
CREATE TRIGGER confirmed_row BEFORE UPDATE OR DELETE ON charter_papersignature FOR EACH ROW
    WHEN (OLD.act_id IS NOT NULL) EXECUTE FUNCTION never();
CREATE TRIGGER never_truncate BEFORE TRUNCATE ON charter_papersignature FOR EACH STATEMENT EXECUTE FUNCTION never();
ALTER TABLE charter_papersignature ENABLE ALWAYS TRIGGER confirmed_row;
ALTER TABLE charter_papersignature ENABLE ALWAYS TRIGGER never_truncate;
"""
LET_GO = """
DROP TRIGGER confirmed_row ON charter_papersignature;
DROP TRIGGER never_truncate ON charter_papersignature;
"""


class Migration(migrations.Migration):
    """A paper still changes while it waits for its answer; once confirmed, it is the evidence of an act."""

    dependencies = [("charter", "0003_reminders_and_papers_answered")]

    operations = [migrations.RunSQL(KEEP, LET_GO)]

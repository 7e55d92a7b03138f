from pathlib import Path

from django.db import migrations

STATEMENTS = Path(__file__).with_suffix(".sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("consent", "0001_initial"), ("network", "0002_history_is_append_only")]

    operations = [migrations.RunSQL(STATEMENTS)]

from django.db import migrations

from lemans_solidaire.network.append_only import NEVER, append_only


class Migration(migrations.Migration):
    dependencies = [("network", "0001_initial")]

    operations = [
        migrations.RunSQL(NEVER, "DROP FUNCTION never()"),
        append_only("network_event"),
    ]

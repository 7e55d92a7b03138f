from django.db import migrations

from lemans_solidaire.network.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("charter", "0001_initial"), ("network", "0002_history_is_append_only")]

    operations = [append_only("charter_version"), append_only("charter_act")]

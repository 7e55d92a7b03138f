from django.db import migrations

from lemans_solidaire.network.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("network", "0006_working_groups_and_meetings")]

    operations = [append_only("network_publishedminutes"), append_only("network_correction")]

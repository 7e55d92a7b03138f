import json
from pathlib import Path

from django.db import migrations

STATEMENTS = Path(__file__).with_suffix(".sql").read_text()
FIRST_PLACES = Path(__file__).resolve().parent.parent / "first_places.json"


def fill(apps, schema_editor):
    """The names of places that the CCAS keeps from now on."""
    Place = apps.get_model("directory", "Place")
    Place.objects.bulk_create(
        Place(kind=kind, name=name, latitude=latitude, longitude=longitude, postcode="".join(postcode))
        for kind, places in json.loads(FIRST_PLACES.read_text()).items()
        for name, latitude, longitude, *postcode in places
    )


class Migration(migrations.Migration):
    dependencies = [("directory", "0003_what_people_ask")]

    operations = [migrations.RunSQL(STATEMENTS), migrations.RunPython(fill, migrations.RunPython.noop)]

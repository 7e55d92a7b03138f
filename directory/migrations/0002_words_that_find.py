import json
from pathlib import Path

from django.db import migrations

STATEMENTS = Path(__file__).with_suffix(".sql").read_text()
FIRST_WORDS = Path(__file__).resolve().parent.parent / "first_words.json"


def fill(apps, schema_editor):
    """The lists that the CCAS keeps from now on."""
    words = json.loads(FIRST_WORDS.read_text())
    Synonym, EmergencyCall = (apps.get_model("directory", name) for name in ("Synonym", "EmergencyCall"))
    Synonym.objects.bulk_create(
        Synonym(typed=typed, means="\n".join(means)) for typed, means in words["synonyms"].items()
    )
    EmergencyCall.objects.bulk_create(
        EmergencyCall(number=call["number"], label=call["label"], words="\n".join(call["words"]), rank=rank * 10)
        for rank, call in enumerate(words["calls"])
    )


class Migration(migrations.Migration):
    dependencies = [("directory", "0001_initial"), ("network", "0005_structure_is_sensitive")]

    operations = [migrations.RunSQL(STATEMENTS), migrations.RunPython(fill, migrations.RunPython.noop)]

import json
from pathlib import Path

from django.db import migrations

STATEMENTS = Path(__file__).with_suffix(".sql").read_text()
APP = Path(__file__).resolve().parent.parent


def read(name):
    return json.loads((APP / name).read_text())


def fill_places(apps, schema_editor):
    """The names of places that the CCAS keeps from now on."""
    Place = apps.get_model("directory", "Place")
    Place.objects.bulk_create(
        Place(kind=kind, name=name, latitude=latitude, longitude=longitude, postcode="".join(postcode))
        for kind, places in read("first_places.json").items()
        for name, latitude, longitude, *postcode in places
    )


def add_words(apps, schema_editor):
    """More of what people type; what the CCAS wrote meanwhile stays, with the new meanings after it."""
    Synonym = apps.get_model("directory", "Synonym")
    told = read("second_words.json")["synonyms"]
    known = {one.typed: one for one in Synonym.objects.filter(typed__in=told)}
    for typed, one in known.items():
        one.means = "\n".join(dict.fromkeys([*one.means.splitlines(), *told[typed]]))
    Synonym.objects.bulk_update(known.values(), ["means"])
    Synonym.objects.bulk_create(
        Synonym(typed=typed, means="\n".join(means)) for typed, means in told.items() if typed not in known
    )


def add_calls(apps, schema_editor):
    EmergencyCall = apps.get_model("directory", "EmergencyCall")
    told = read("second_words.json")["calls"]
    for call in EmergencyCall.objects.all():
        words = dict.fromkeys([*call.words.splitlines(), *told["more"].get(call.number, [])])
        call.words = "\n".join(word for word in words if word not in told["fewer"].get(call.number, []))
        call.save()
    for rank, call in enumerate(told["new"]):
        EmergencyCall.objects.get_or_create(
            number=call["number"],
            defaults={"label": call["label"], "words": "\n".join(call["words"]), "rank": 200 + rank * 10},
        )


class Migration(migrations.Migration):
    dependencies = [("directory", "0003_what_people_ask")]

    operations = [
        migrations.RunSQL(STATEMENTS),
        *(migrations.RunPython(step, migrations.RunPython.noop) for step in (fill_places, add_words, add_calls)),
    ]

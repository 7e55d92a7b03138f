"""The directory at full size: invented French, searched by rare, common and very common words. Run by `make bench`."""

import os
import random
import statistics
import time

import pytest
from django.db import connection
from django.test import Client

from directory import vocabulary
from directory.importing import import_services
from lemans_solidaire.network.models import Structure
from tests.databases import as_owner

SIZES = [int(size) for size in os.environ.get("BENCH_SERVICES", "1000,10000,100000").split(",")]
TIMES = 40
SYLLABLES = [
    "ba",
    "bé",
    "can",
    "chi",
    "da",
    "dé",
    "fo",
    "ga",
    "gi",
    "la",
    "lé",
    "ma",
    "mi",
    "no",
    "pa",
    "pé",
    "ra",
    "ri",
    "sa",
    "so",
    "ta",
    "ti",
    "va",
    "vi",
    "tion",
    "ment",
    "eur",
    "age",
]
COMMON = [
    "accueil",
    "aide",
    "repas",
    "douche",
    "écoute",
    "atelier",
    "français",
    "papiers",
    "logement",
    "santé",
    "emploi",
    "famille",
    "enfants",
    "soir",
]
CITIES = ["Le Mans", "Allonnes", "Coulaines", "Arnage", "Changé", "Sablé-sur-Sarthe", "La Flèche", "Mamers"]
ASKED = {"rare": "{rare}", "commun": "atelier", "très commun": "accueil", "deux mots": "repas soir", "faute": "acceuil"}


class Generator:
    """The same texts for the same seed; a word's frequency falls as its rank, as in French."""

    def __init__(self, seed=1):
        self.chance = random.Random(seed)
        invented = {"".join(self.chance.choices(SYLLABLES, k=self.chance.randint(2, 4))) for _ in range(20_000)}
        self.words = COMMON + sorted(invented)
        self.weights = [1 / (rank + 5) for rank in range(len(self.words))]
        self.themes = list(vocabulary.words("themes"))
        self.publics = list(vocabulary.words("publics"))

    def text(self, length):
        return " ".join(self.chance.choices(self.words, self.weights, k=length))

    def row(self, structure):
        chance = self.chance
        return (
            structure,
            self.text(4).capitalize(),
            self.text(30),
            sorted(chance.sample(self.themes, 2)),
            [chance.choice(self.publics)],
            chance.choice(["gratuit", "payant", ""]),
            chance.choices(CITIES, [8, 3, 2, 1, 1, 1, 1, 1])[0],
            47.8 + chance.random() / 3,
            0.1 + chance.random() / 3,
        )


COLUMNS = "structure_id, name, description, themes, publics, fees, city, latitude, longitude"
# What the model fills in by itself, for a line that the owner copies.
EMPTY = {
    **dict.fromkeys(
        [
            "type",
            "publics_details",
            "fees_details",
            "conditions",
            "mobilisation_details",
            "mobilisation_url",
            "contact_name",
            "phone",
            "email",
            "address",
            "address_more",
            "postcode",
            "city_code",
            "hours",
            "source",
            "source_id",
            "source_url",
            "to_check",
        ],
        "''",
    ),
    **dict.fromkeys(["reception", "mobilisation", "mobilised_by", "zone"], "'{}'"),
    "imported": "'{}'",
    "updated_on": "current_date",
    "is_address_hidden": "false",
}


def fill(name, size):
    """Rows a second, triggers included."""
    generator = Generator()
    structures = Structure.objects.bulk_create(Structure(name=generator.text(3)) for _ in range(max(1, size // 5)))
    ids = [structure.pk for structure in structures]
    with as_owner(name) as owner, owner.cursor() as cursor:
        for column, value in EMPTY.items():
            cursor.execute(f"ALTER TABLE directory_service ALTER {column} SET DEFAULT {value}")
        start = time.perf_counter()
        with cursor.copy(f"COPY directory_service ({COLUMNS}) FROM STDIN") as rows:
            for number in range(size):
                rows.write_row(generator.row(ids[number % len(ids)]))
        duration = time.perf_counter() - start
        cursor.execute("VACUUM ANALYZE directory_service")
        cursor.execute("VACUUM ANALYZE directory_document")
    return size / duration


def index_size():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_size_pretty(pg_total_relation_size('directory_document'))")
        return cursor.fetchone()[0]


@pytest.mark.parametrize("size", SIZES)
def test_results_pages(fresh_database, size):
    rate = fill(fresh_database, size)
    print(f"\n| {size} services | {rate:.0f} par seconde, déclencheurs compris | {index_size()} |", end="")
    client = Client()
    for label, typed in ASKED.items():
        asked = typed.format(rare=Generator().words[-1])
        durations, weight = [], 0
        for _ in range(TIMES):
            start = time.perf_counter()
            page = client.get("/annuaire/", {"q": asked})
            durations.append((time.perf_counter() - start) * 1000)
            assert page.status_code == 200
            weight = len(page.content)
        p50, p95 = statistics.median(durations), statistics.quantiles(durations, n=20)[-1]
        print(f"\n| {size} | {label} | {p50:.0f} ms | {p95:.0f} ms | {weight // 1024} Kio |", end="")


def test_import_rate(fresh_database):
    Structure.objects.create(name="La Tablée", source_id="s")
    generator, size = Generator(), 5000
    records = [
        {
            "source": "essai",
            "id": f"essai--{number}",
            "structure_id": "s",
            "nom": name,
            "description": description,
            "thematiques": themes,
            "publics": publics,
            "date_maj": "2025-01-01",
        }
        for number, (_, name, description, themes, publics, *_) in enumerate(generator.row(0) for _ in range(size))
    ]
    start = time.perf_counter()
    assert import_services(records).added == size
    print(f"\n| importer {size} services | {size / (time.perf_counter() - start):.0f} par seconde | |", end="")

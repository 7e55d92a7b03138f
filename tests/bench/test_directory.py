"""The directory at full size: invented French, searched by rare, common and very common words. Run by `make bench`.

BENCH_SERVICES=1000,10000 chooses the sizes; each line is one of docs/performance.md.
"""

import gzip
import os
import random
import statistics
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from directory import vocabulary
from directory.hours import openings
from directory.importing import import_services
from directory.openings import DAYS, multirange
from lemans_solidaire.network.models import Structure
from tests.databases import as_owner
from tests.processes import environment_for

SIZES = [int(size) for size in os.environ.get("BENCH_SERVICES", "1000,10000,100000,1000000").split(",")]
TIMES = 40
CHUNK = 5000
SYLLABLES = [first + second for first in "bcdfglmnprstv" for second in ("a", "é", "i", "o", "ion", "eur")]
COMMON = ["accueil", "aide", "repas", "douche", "écoute", "atelier", "français", "papiers", "logement", "santé", "soir"]
HOURS = [
    "",
    "",
    "Mo-Fr 09:00-12:00",
    "Mo-Fr 09:00-12:00,14:00-17:00",
    "Tu,Th 14:00-18:00",
    "Mo-Su 08:00-20:00",
]
ASKED = {
    "rare": {"q": "{rare}"},
    "commun": {"q": "atelier"},
    "très commun": {"q": "accueil"},
    "deux mots": {"q": "repas soir"},
    "début de mot": {"q": "acc"},
    "faute": {"q": "atteliier"},
    "sans mot": {},
    "très commun et un thème": {"q": "accueil", "theme": "numerique"},
    "très commun, gratuit, avec un chien": {"q": "accueil", "frais": "gratuit", "chien": "oui"},
    "très commun, près de la gare": {"q": "accueil", "pres_de": "gare"},
    "rare, près de la gare": {"q": "{rare}", "pres_de": "gare"},
    "très commun, ouvert maintenant": {"q": "accueil", "ouvert": "maintenant"},
    "ouvert demain": {"ouvert": "demain"},
    "près de la gare": {"pres_de": "gare"},
}


class Generator:
    """The same texts for the same seed; a word's frequency falls as its rank, as in French; towns of all sizes."""

    def __init__(self, seed=1):
        self.chance = random.Random(seed)
        invented = {"".join(self.chance.choices(SYLLABLES, k=self.chance.randint(2, 4))) for _ in range(20_000)}
        self.words = COMMON + sorted(invented)
        self.weights = [1 / (rank + 5) for rank in range(len(self.words))]
        self.themes = list(vocabulary.words("themes"))
        self.publics = list(vocabulary.words("publics"))
        # Le Mans, and the other towns of the country around their own centre.
        self.towns = [("Le Mans", 48.0061, 0.1996)] + [
            (
                f"{self.words[500 + rank].capitalize()}-sur-Loir",
                43 + self.chance.random() * 7,
                -1 + self.chance.random() * 7,
            )
            for rank in range(500)
        ]
        self.town_weights = [1 / (rank + 3) for rank in range(len(self.towns))]

    @property
    def rarest(self):
        return self.words[-1]

    def text(self, length):
        return " ".join(self.chance.choices(self.words, self.weights, k=length))

    def row(self, structure):
        chance = self.chance
        town, latitude, longitude = chance.choices(self.towns, self.town_weights)[0]
        has_point = chance.random() < 0.7
        return (
            structure,
            self.text(4).capitalize(),
            self.text(30),
            sorted(chance.sample(self.themes, 2)),
            [chance.choice(self.publics)],
            chance.choice(["gratuit", "payant", ""]),
            town,
            chance.gauss(latitude, 0.02) if has_point else None,
            chance.gauss(longitude, 0.03) if has_point else None,
            chance.choice(HOURS),
            chance.choice([True, False, None, None]),
            chance.choice([["fr"], ["fr", "ar"], []]),
            timezone.localdate() - timedelta(days=chance.randint(0, 2000)),
            "02 43 00 00 00",
        )


COLUMNS = (
    "structure_id, name, description, themes, publics, fees, city, latitude, longitude, hours, welcomes_dogs,"
    " languages, updated_on, phone"
)
TEXTS = ["type", "publics_details", "fees_details", "conditions", "mobilisation_details", "mobilisation_url"]
TEXTS += ["contact_name", "email", "address", "address_more", "postcode", "city_code", "source", "source_id"]
TEXTS += ["source_url", "to_check", "welcome", "capacity", "first_visit"]
# What the model fills in by itself, for a line that the owner copies.
DEFAULTS = {
    **dict.fromkeys(TEXTS, "''"),
    **dict.fromkeys(["reception", "mobilisation", "mobilised_by", "zone"], "'{}'"),
    "imported": "'{}'",
    "is_address_hidden": "false",
    "is_for_professionals": "false",
}


def fill(name, size):
    """Rows a second, triggers included; then the openings of one week, the same for all who have the same hours."""
    generator = Generator()
    structures = Structure.objects.bulk_create(
        (Structure(name=generator.text(3)) for _ in range(max(1, size // 5))), batch_size=CHUNK
    )
    ids = [structure.pk for structure in structures]
    with as_owner(name) as owner, owner.cursor() as cursor:
        for column, value in DEFAULTS.items():
            cursor.execute(f"ALTER TABLE directory_service ALTER {column} SET DEFAULT {value}")
        start = time.perf_counter()
        for first in range(0, size, CHUNK):
            with cursor.copy(f"COPY directory_service ({COLUMNS}) FROM STDIN") as rows:
                for number in range(first, min(first + CHUNK, size)):
                    rows.write_row(generator.row(ids[number % len(ids)]))
        duration = time.perf_counter() - start
        fill_openings(cursor)
        for table in ("directory_service", "directory_document", "directory_opening", "directory_word"):
            cursor.execute(f"VACUUM ANALYZE {table}")
    return size / duration


def fill_openings(cursor):
    """As write_openings() would, hours by hours instead of service by service."""
    today = timezone.localdate()
    for hours in set(HOURS) - {""}:
        read = openings(hours, today, DAYS, [])
        cursor.execute(
            "INSERT INTO directory_opening SELECT id, %s::int4multirange, %s::int4multirange, %s, %s"
            "  FROM directory_service WHERE hours = %s",
            [multirange(read.opened), multirange(read.unknown), today, today + timedelta(days=DAYS - 1), hours],
        )


def sizes_on_disk():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_size_pretty(pg_total_relation_size('directory_document')),"
            " pg_size_pretty(pg_indexes_size('directory_document')),"
            " pg_size_pretty(pg_total_relation_size('directory_service'))"
        )
        return cursor.fetchone()


def addresses():
    """{label: address of the page} of what is asked."""
    rare = Generator().rarest
    return {
        label: "/annuaire/?" + urllib.parse.urlencode({name: value.format(rare=rare) for name, value in asked.items()})
        for label, asked in ASKED.items()
    }


def quantiles(durations):
    return f"{statistics.median(durations):.0f} ms | {statistics.quantiles(durations, n=20)[-1]:.0f} ms"


@pytest.mark.parametrize("size", SIZES)
def test_results_pages(fresh_database, size):
    rate = fill(fresh_database, size)
    whole, indexes, table = sizes_on_disk()
    tell(f"| {size} services | {rate:.0f} par seconde | index {whole} ({indexes}), services {table} |")
    measure(size)
    with_clients(fresh_database, size)


def measure(size):
    """Each question through the test client: the whole page, laid out; then the same answer of the API."""
    client = Client()
    for label, address in addresses().items():
        durations = [timed_by(client, address) for _ in range(TIMES)]
        with CaptureQueriesContext(connection) as queries:
            page = client.get(address)
        weight, total = len(gzip.compress(page.content)) // 1024, page.context["found"].total
        tell(f"| {size} | {label} | {quantiles(durations)} | {len(queries)} | {total} | {weight} Kio |")
    for label in ("rare", "très commun", "très commun, près de la gare"):
        address = addresses()[label].replace("/annuaire/", "/api/v1/services")
        durations = [timed_by(client, address) for _ in range(TIMES)]
        tell(f"| {size} | API, {label} | {quantiles(durations)} | | | |")


def timed_by(client, address):
    start = time.perf_counter()
    assert client.get(address).status_code == 200
    return (time.perf_counter() - start) * 1000


def tell(line):
    print(f"\n{line}", end="", flush=True)


def with_clients(database, size):
    """Through gunicorn, as in service: two workers for the two cores."""
    port = "8531"
    environment = environment_for(database) | {"LMS_MODE": "test"}
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "-w2",
        f"-b127.0.0.1:{port}",
        "--log-level=error",
        "lemans_solidaire.wsgi",
    ]
    server = subprocess.Popen(command, env=environment)
    try:
        wait_for(port)
        for clients in (1, 8):
            asked = list(addresses().values()) * 12
            start = time.perf_counter()
            with ThreadPoolExecutor(clients) as pool:
                durations = list(pool.map(lambda address: timed(port, address), asked))
            rate = len(asked) / (time.perf_counter() - start)
            print(
                f"\n| {size} | toutes, {clients} client(s), gunicorn | {quantiles(durations)} | {rate:.0f} par s | | |",
                end="",
            )
    finally:
        server.terminate()
        server.wait(timeout=20)


def wait_for(port):
    for _ in range(100):
        try:
            return timed(port, "/healthz")
        except OSError:
            time.sleep(0.2)
    raise AssertionError


def timed(port, address):
    start = time.perf_counter()
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{address}", timeout=60) as answer:
        answer.read()
    return (time.perf_counter() - start) * 1000


def test_import_rate(fresh_database):
    Structure.objects.create(name="La Tablée", source_id="s")
    generator, size = Generator(), 20_000
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

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from consent import demo, kept, tasks
from consent.models import Dossier, DossierRight
from tests.consent.people import ORAL, agent, make_dossier, open_the_part
from tests.databases import as_owner


@pytest.fixture
def dossier(fresh_database, cast):
    open_the_part(cast)
    return make_dossier(cast.owner, cast.panier)


def test_the_log_is_verified(dossier, fresh_database, capsys):
    tasks.seal(timestamp=0)
    call_command("verify_access_log")
    assert "entier" in capsys.readouterr().out
    with as_owner(fresh_database) as owner:
        owner.execute("UPDATE consent_accesshead SET seq = seq + 1")
    with pytest.raises(CommandError, match=f"Rompu : tête {dossier}"):
        call_command("verify_access_log")


def test_dossiers_are_purged(cast, dossier, fresh_database, capsys):
    with agent(cast.owner, cast.panier):
        kept.call("consent_end", dossier, ORAL)
    with as_owner(fresh_database) as owner:
        owner.execute("UPDATE consent_dossier SET keep_withdrawn_at = now() - interval '30 days'")
        call_command("purge_dossiers", "--dry-run")
        assert "1 dossier à effacer." in capsys.readouterr().out
        call_command("purge_dossiers")
        assert "1 dossier effacé." in capsys.readouterr().out
        tasks.erase(timestamp=0)
        assert owner.execute("SELECT count(*) FROM consent_dossier").fetchone() == (0,)


def test_the_demonstration_has_a_card_that_opens(fresh_database):
    for _ in range(2):
        call_command("demo")
    right = DossierRight.objects.get()
    with agent(right.user, right.structure):
        assert sorted(Dossier.objects.values_list("called", flat=True)) == ["Mme Odette", "Sami", "Yaw"]
    person = Client()
    person.post("/mon-dossier/", {"number": demo.CARD, "code": demo.CODE})
    assert "garder mon chien" in person.get("/mon-dossier/").content.decode()

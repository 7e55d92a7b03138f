import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count

from indicators.models import Sheet
from lemans_solidaire.network import demo
from lemans_solidaire.network.models import Event, Structure, User


def test_the_demo_loads_once_and_keeps_what_people_changed(db):
    call_command("demo")
    Structure.objects.filter(source_id="demo-panier").update(name="Renommé")
    counts = [model.objects.count() for model in (User, Structure, Sheet, Event)]
    call_command("demo")
    assert counts == [model.objects.count() for model in (User, Structure, Sheet, Event)]
    assert Structure.objects.filter(name="Renommé").exists()


def test_the_demo_has_sheets_in_every_state(db):
    call_command("demo")
    states = dict(Sheet.objects.values_list("state").annotate(Count("pk")).order_by())
    assert set(states) == set(Sheet.State.values)


def test_the_demo_is_refused_in_production(db, settings):
    settings.MODE = "production"
    with pytest.raises(CommandError, match="fictif"):
        call_command("demo")
    assert not User.objects.exists()


def test_the_accounts_are_told_with_a_code_that_works(db, capsys):
    call_command("demo")
    call_command("demo", "--accounts")
    told = capsys.readouterr().out
    assert demo.PASSWORD in told
    code = demo.current_code(User.objects.get(email="ccas@demo.test"))
    assert code in told
    call_command("demo_code", "CCAS@demo.test")
    assert len(capsys.readouterr().out.strip()) == 6


def test_no_code_is_given_for_an_account_without_second_factor(db):
    call_command("demo")
    with pytest.raises(CommandError, match="second facteur"):
        call_command("demo_code", "benevole@demo.test")

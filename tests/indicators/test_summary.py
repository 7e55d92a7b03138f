from decimal import Decimal

from django.template.loader import render_to_string

from indicators.summary import summarise
from lemans_solidaire.network.models import Structure


def lines(summary):
    return {line.label: line for section in summary.sections for line in section.lines}


def test_only_reviewed_sheets_count(cast):
    cast.submitted(repas=Decimal(5))
    assert summarise(cast.campaign, structures=2).sheets == 0
    assert not lines(summarise(cast.campaign, structures=2))["Passages"].has_replies


def test_sums_are_added_and_persons_are_a_range(cast):
    cast.reviewed(repas=Decimal(100), personnes=Decimal(30))
    cast.reviewed(cast.halte, repas=Decimal("20.5"), personnes=Decimal(50))
    told = lines(summarise(cast.campaign, structures=2))
    assert told["Repas servis ou distribués"].total == Decimal("120.5")
    persons = told["Personnes différentes accueillies"]
    assert (persons.at_least, persons.at_most, persons.total) == (50, 80, None)


def test_not_counted_not_asked_and_estimated_are_told_beside_and_never_added_as_zero(cast):
    cast.reviewed(menages="non compté", personnes="non demandé", contacts=0)
    cast.reviewed(cast.halte, menages="environ 7", personnes=4, contacts=2)
    told = lines(summarise(cast.campaign, structures=2))
    households, persons, contacts = told["Ménages"], told["Personnes différentes accueillies"], told["Contacts"]
    assert (households.answered, households.not_counted, households.estimated, households.at_least) == (1, 1, 1, 7)
    assert (persons.answered, persons.not_asked, persons.not_counted) == (1, 1, 0)
    assert (contacts.answered, contacts.total) == (2, 2)


def test_a_block_that_nobody_fills_is_not_in_the_summary(cast):
    cast.reviewed(passages=1, douches=40, personnes_age_0_17=3)
    told = lines(summarise(cast.campaign, structures=2))
    assert "Douches" in told
    assert "Lessives" not in told
    assert "Moins de 18 ans" not in told


def test_the_digest_changes_with_any_figure_and_only_then(cast):
    cast.reviewed(repas=Decimal(100))
    before = summarise(cast.campaign, structures=2).digest
    assert summarise(cast.campaign, structures=2).digest == before
    cast.reviewed(cast.halte, repas=Decimal(1))
    assert summarise(cast.campaign, structures=2).digest != before


def test_the_figures_of_a_large_charity_are_shown_as_meant(cast):
    cast.reviewed(personnes=11500, repas=1200000, repas_chauds="environ 45 000", benevoles=750, lieux=13)
    cast.reviewed(cast.halte, heures_benevoles="1187,5", salaries_etp=0, menages="non compté")
    summary = summarise(cast.campaign, structures=2)
    html = render_to_string("indicators/pdf/summary.html", {"campaign": cast.campaign, "summary": summary})
    narrow = html.replace("\u202f", "_")
    for shown in ("11_500", "1_200_000", "environ 45_000", "750", "13", "1_187,5", "0", "non compté"):
        assert f"<strong>{shown}</strong>" in narrow


def test_the_number_of_queries_does_not_grow_with_structures(cast, django_assert_num_queries):
    def ask():
        summarise(cast.campaign, structures=3)

    cast.reviewed(repas=Decimal(1))
    with django_assert_num_queries(3):
        ask()
    cast.reviewed(cast.halte, repas=Decimal(1))
    cast.reviewed(Structure.objects.create(name="Troisième"), repas=Decimal(1))
    with django_assert_num_queries(3):
        ask()

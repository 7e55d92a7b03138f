"""From reviewed sheets to the snapshot: totals, what is told apart, trends, breakdowns, words."""

import json
from datetime import date
from decimal import Decimal

import pytest

from indicators import actions
from indicators.figures import read_reply
from indicators.models import Annex, Campaign, Edition, Sheet
from indicators.summary import Reading, as_text, gather, snapshots
from lemans_solidaire.network import registry
from lemans_solidaire.network.models import Structure
from lemans_solidaire.network.registry import Chapter

DAY = date(2026, 3, 1)


def snapshot(cast, audience="public"):
    return snapshots(gather(cast.campaign), DAY)[audience]


def lines(cast, audience="public"):
    return Reading(as_text(snapshot(cast, audience))).lines


def others(cast, count, **figures):
    """More reviewed structures, each with these figures."""
    made = [Structure.objects.create(name=f"Autre {number}") for number in range(count)]
    return [cast.reviewed(structure, **figures) for structure in made]


def test_only_reviewed_sheets_count(cast):
    cast.submitted(repas=Decimal(5))
    assert snapshot(cast)["sheets"] == 0
    assert lines(cast)["passages"]["answered"] == 0


def test_sums_are_added_and_persons_are_a_range(cast):
    cast.reviewed(repas=Decimal(100), personnes=Decimal(30))
    cast.reviewed(cast.halte, repas=Decimal("20.5"), personnes=Decimal(50))
    told = lines(cast)
    assert told["repas"]["total"] == "120.5"
    assert told["repas"]["shown"] == "120,5"
    assert (told["personnes"]["at_least"], told["personnes"]["at_most"]) == ("50", "80")
    assert told["personnes"]["shown"] == "de 50 à 80"


def test_not_counted_not_asked_and_estimated_are_told_beside_and_never_added_as_zero(cast):
    cast.reviewed(menages="non compté", personnes="non demandé", contacts=0)
    cast.reviewed(cast.halte, menages="environ 7", personnes=4, contacts=2)
    told = lines(cast)
    households, persons, contacts = told["menages"], told["personnes"], told["contacts"]
    assert (households["answered"], households["not_counted"], households["estimated"]) == (1, 1, 1)
    assert (persons["answered"], persons["not_asked"], persons["not_counted"]) == (1, 1, 0)
    assert (contacts["answered"], contacts["total"]) == (2, "2")


def test_coverage_is_over_those_that_the_figure_concerns(cast):
    cast.reviewed(passages=1, douches=40)
    cast.reviewed(cast.halte, passages=3)
    Structure.objects.create(name="Sans fiche")
    told = lines(cast)
    assert told["passages"]["coverage"] == "2 sur 3"
    assert told["douches"]["coverage"] == "1 sur 1 qui le fait"
    assert "lessives" not in told  # a block that nobody fills


def test_another_territory_or_period_is_told_apart_and_never_added(cast):
    cast.reviewed(passages=100)
    for number, (territory, period) in enumerate(
        [("departement", "calendar"), ("commune", "winter"), ("", "calendar")]
    ):
        sheet = cast.reviewed(Structure.objects.create(name=f"Ailleurs {number}"), passages=10 + number)
        Sheet.objects.filter(pk=sheet.pk).update(territory=territory, period=period)
    inside = cast.reviewed(Structure.objects.create(name="Quartier"), passages=7)
    Sheet.objects.filter(pk=inside.pk).update(territory="quartier")
    told = lines(cast)["passages"]
    assert (told["total"], told["answered"]) == ("107", 2)
    assert {(apart["where"], apart["total"]) for apart in told["apart"]} == {
        ("le département, année civile", "10"),
        ("une commune, campagne d’hiver", "11"),
        ("territoire non précisé, année civile", "12"),
    }
    assert snapshot(cast)["summed"] == 2


def past(cast, sheets, code, year, *values):
    figures = {
        (sheet.structure, year, code): read_reply(str(value)) for sheet, value in zip(sheets, values, strict=False)
    }
    actions.keep_past_figures(figures=figures, by=cast.ccas, source="essai")


def test_a_trend_is_over_the_same_structures(cast):
    sheets = others(cast, 4, passages=100)
    past(cast, sheets, "passages", 2024, 80, 90, 100)
    past(cast, sheets, "passages", 2023, 60, 60, 60)
    trend = lines(cast)["passages"]["trend"]
    assert trend == {"years": [2023, 2024, 2025], "values": ["180", "270", "300"], "structures": 3}
    words = "11\u00a0% de plus qu’en 2024 (de 270 à 300), dans les 3 mêmes structures"
    assert lines(cast)["passages"]["change"] == words


def test_fewer_than_three_structures_make_no_trend_and_a_missing_year_shortens_it(cast):
    sheets = others(cast, 3, passages=100, contacts=5)
    past(cast, sheets, "passages", 2024, 80, 90, 100)
    past(cast, sheets, "passages", 2023, 60, 60)
    past(cast, sheets, "contacts", 2024, 5, 5)
    told = lines(cast)
    assert told["passages"]["trend"]["years"] == [2024, 2025]
    assert told["contacts"]["trend"] is None


AGES = ("0_17", "18_25", "26_59", "60_plus", "non_connu")


def aged(*cells):
    return {f"personnes_age_{part}": cell for part, cell in zip(AGES, cells, strict=True)}


def test_a_breakdown_is_of_the_network_and_small_parts_are_merged(cast):
    others(cast, 3, personnes=100, **aged(2, 30, 40, 20, 0))
    [chapter] = [one for one in snapshot(cast)["chapters"] if one["key"] == "publics"]
    [breakdown] = chapter["breakdowns"]
    assert breakdown["structures"] == 3
    assert [(group["label"], group["value"]) for group in breakdown["groups"]] == [
        ("Moins de 18 ans ou de 18 à 25 ans", "96"),
        ("De 26 à 59 ans", "120"),
        ("60 ans et plus", "60"),
        ("Âge non connu", "0"),
    ]


def test_the_threshold_is_the_campaigns(cast):
    others(cast, 3, personnes=100, **aged(2, 30, 40, 20, 0))
    cast.campaign.threshold = 4
    cast.campaign.save()
    [chapter] = [one for one in snapshot(cast)["chapters"] if one["key"] == "publics"]
    assert len(chapter["breakdowns"][0]["groups"]) == 5


def test_no_breakdown_below_three_structures_and_none_structure_by_structure(cast):
    others(cast, 2, personnes=100, **aged(20, 30, 40, 20, 0))
    for audience in ("public", "network"):
        told = snapshot(cast, audience)
        assert not any(chapter["breakdowns"] for chapter in told["chapters"])
        assert "personnes_age_0_17" not in json.dumps(told)


def test_a_page_kept_out_is_in_the_network_edition_with_its_figures_and_in_nothing_public(cast):
    sheet, *_ = others(cast, 4, passages=10)
    Annex.objects.create(
        sheet=sheet, sent_by=cast.ccas, until=DAY, kept_out_at="2026-01-01T00:00Z", kept_out_by=cast.owner
    )
    public, network = snapshot(cast, "public"), snapshot(cast, "network")
    assert sheet.structure.name not in json.dumps(public["annexes"])
    assert sheet.structure.name in json.dumps(network["annexes"])
    assert (lines(cast)["passages"]["total"], lines(cast)["passages"]["coverage"]) == ("30", "3 sur 6")
    assert lines(cast, "network")["passages"]["total"] == "40"
    assert (public["sheets"], public["withheld"], network["withheld"]) == (3, 1, 0)
    assert "1 autre a répondu et garde ses chiffres" in Reading(as_text(public)).withheld_in_words


def test_a_sheet_for_the_ccas_alone_has_no_page_anywhere(cast):
    sheet, *_ = others(cast, 4, passages=10)
    actions.share_sheet(sheet=sheet, shared_with="ccas", by=cast.owner)
    for audience in ("public", "network"):
        assert sheet.structure.name not in json.dumps(snapshot(cast, audience), ensure_ascii=False)
        assert lines(cast, audience)["passages"]["total"] == "30"


def test_difficulties_are_compared_with_what_the_year_before_published(cast):
    sheet = cast.reviewed(passages=1)
    sheet.difficulties.create(theme="logement", text="Trop de demandes.")
    campaign = Campaign.objects.create(year=2024, opens_on=DAY, due_on=DAY, closes_on=DAY)
    told = snapshot(cast) | {"year": 2024, "sheets": 7, "problems": [{"theme": "logement", "structures": 4}]}
    Edition.objects.create(campaign=campaign, number=1, audience="public", snapshot=as_text(told), digest="0" * 64)
    [problem] = snapshot(cast)["problems"]
    assert (problem["before"], problem["sheets_before"]) == (4, 7)
    assert snapshot(cast, "network")["problems"][0]["before"] is None


def test_characters_that_no_file_can_hold_are_left_out(cast):
    sheet = cast.reviewed(passages=1)
    Sheet.objects.filter(pk=sheet.pk).update(missions="Un\x0bdeux\x02trois\ufffe.")
    assert Reading(as_text(snapshot(cast))).annexes[0]["missions"] == "Un deux trois ."


def test_a_snapshot_of_another_format_is_refused(cast):
    with pytest.raises(ValueError, match="format d’instantané inconnu"):
        Reading(as_text(snapshot(cast) | {"format": 99}))


def test_difficulties_are_told_to_the_network_only(cast):
    sheet = cast.reviewed(passages=1)
    sheet.difficulties.create(theme="logement", text="Trop de demandes.", is_new=True)
    assert "Trop de demandes" not in json.dumps(snapshot(cast, "public"))
    assert "Trop de demandes" in json.dumps(snapshot(cast, "network"))
    [problem] = snapshot(cast)["problems"]
    assert (problem["label"], problem["structures"], problem["new"], problem["before"]) == (
        "Se loger, rester logé",
        1,
        1,
        None,
    )


def test_an_extract_is_printed_only_with_its_authors_agreement(cast):
    sheet = cast.reviewed(passages=1)
    Sheet.objects.filter(pk=sheet.pk).update(highlights="Une belle année.\r\nUne autre phrase.")
    actions.choose_highlight(sheet=sheet, text="Une belle année.", by=cast.ccas)
    assert snapshot(cast)["highlights"] == []
    sheet.refresh_from_db()
    actions.answer_highlight(highlight=sheet.highlight, agrees=True, text="Une belle année.", by=cast.owner)
    assert snapshot(cast)["highlights"] == [{"structure": cast.panier.name, "text": "Une belle année."}]
    Sheet.objects.filter(pk=sheet.pk).update(highlights="Une autre phrase.")
    assert snapshot(cast)["highlights"] == []  # its author took the sentence back
    actions.choose_highlight(sheet=sheet, text="Une autre phrase.", by=cast.ccas)
    assert snapshot(cast)["highlights"] == []


def test_the_note_has_five_figures_three_trends_and_three_problems(cast):
    figures = {"passages": 100, "personnes": 50, "demandes_sans_reponse": 5, "repas": 40, "benevoles": 6}
    sheets = others(cast, 3, **figures, heures_benevoles=100)
    for code, before in {"passages": 50, "personnes": 49, "repas": 80, "benevoles": 6, "heures_benevoles": 97}.items():
        past(cast, sheets, code, 2024, before, before, before)
    for sheet in sheets:
        for theme in ("logement", "alimentation", "isolement", "sante"):
            sheet.difficulties.create(theme=theme, text="Essai.")
    note = snapshot(cast)["note"]
    assert note["figures"] == ["passages", "personnes", "demandes_sans_reponse", "repas", "benevoles"]
    assert note["trends"] == ["passages", "repas", "heures_benevoles"]
    assert len(note["problems"]) == 3


@pytest.fixture
def other_app():
    chapter = Chapter(
        "Les rencontres", ["Quatre rencontres."], ["Date", "Sujet"], [["mars", "Se loger"]], edition="network"
    )
    provider = registry.chapters.register(lambda year: [chapter])
    yield
    registry.chapters.providers.remove(provider)


def test_other_apps_add_their_chapters(cast, other_app):
    cast.reviewed(passages=1)
    assert [chapter["title"] for chapter in snapshot(cast, "network")["other_chapters"]] == ["Les rencontres"]
    assert snapshot(cast, "public")["other_chapters"] == []


def test_the_same_figures_give_the_same_text_and_any_change_another(cast):
    cast.reviewed(repas=Decimal(100))
    before = as_text(snapshot(cast))
    assert as_text(snapshot(cast)) == before
    cast.reviewed(cast.halte, repas=Decimal(1))
    assert as_text(snapshot(cast)) != before


def test_the_number_of_queries_does_not_grow_with_structures(cast, django_assert_num_queries):
    def ask():
        snapshots(gather(cast.campaign), DAY)

    cast.reviewed(repas=Decimal(1))
    with django_assert_num_queries(18):
        ask()
    cast.reviewed(cast.halte, repas=Decimal(1))
    cast.reviewed(Structure.objects.create(name="Troisième"), repas=Decimal(1))
    with django_assert_num_queries(18):
        ask()

"""The pages of the yearly summary, in every state, for axe and for narrow screens."""

from django.utils import timezone

from indicators import actions
from indicators.figures import counted
from indicators.models import Proof, Sheet
from tests.indicators.publishing import fake_files, published, reviewed_network, write_text


def test_the_summary_from_its_preparation_to_its_pages(open_page, visit, axe_complaints, cast, monkeypatch):
    """With charts, breakdowns, words, an extract to agree to and a refusal to publish."""
    fake_files(monkeypatch)
    ages = {f"personnes_age_{part}": 20 for part in ("0_17", "18_25", "26_59", "60_plus", "non_connu")}
    sheets = reviewed_network(cast, passages=1200000, personnes=100, benevoles=9, repas=5, **ages)
    past = {(sheet.structure, 2024, code): counted(9) for sheet in sheets for code in ("passages", "benevoles")}
    actions.keep_past_figures(figures=past, by=cast.ccas, source="essai")
    sheets[0].difficulties.create(theme="logement", text="Trop de demandes.", is_new=True)
    actions.choose_highlight(sheet=sheets[0], text="Une belle année.", by=cast.ccas)
    Sheet.objects.filter(pk=sheets[0].pk).update(highlights="Une belle année.")
    Sheet.objects.filter(pk=sheets[1].pk).update(period="winter")
    write_text(cast)
    base = "/indicateurs/2025/synthese/"
    found = visit(cast.owner, f"{sheets[0].get_absolute_url()}synthese/")
    page = open_page(cast.ccas, bypass_csp=True)
    page.goto(f"{base}preparation/epreuve/")
    page.get_by_role("button", name="Faire l’épreuve").click()
    for state in ("waiting", "rendering", "failed", "ready"):
        Proof.objects.update(state=state, problem="Essai.", started_at=timezone.now(), finished_at=timezone.now())
        page.goto(f"{base}preparation/epreuve/")
        found += axe_complaints(page)
    Sheet.objects.filter(pk=sheets[0].pk).update(highlights="Une autre année.")
    actions.answer_annex(annex=sheets[0].annex, by=cast.owner, keeps_out=True)
    page.goto(f"{base}preparation/")
    page.get_by_role("button", name="Publier").click()
    page.get_by_text("ont changé depuis cette épreuve").wait_for()
    found += axe_complaints(page)
    published(cast)
    for url in (base, f"{base}?pour=reseau", f"{base}structures/{sheets[1].structure_id}/", "/indicateurs/2025/bilan/"):
        found += visit(cast.ccas, url)
    for name in ("apercu", "difficultes", "faits-marquants", "textes/foreword"):
        found += visit(cast.ccas, f"{base}preparation/{name}/")
    assert not found, "\n".join(found)

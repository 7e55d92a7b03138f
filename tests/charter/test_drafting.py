"""The CCAS writes, explains, adopts: nothing typed is lost, a file that is no charter says what was expected."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from charter import actions
from charter.models import Draft, Version
from charter.reading import read
from charter.writing import as_markdown
from lemans_solidaire.network.models import Event
from tests.at_once import while_open
from tests.charter.texts import FIRST, SECOND, adopted

DRAFT, SUMMARIES, ADOPTION, DROP = (f"/charte/projet/{name}" for name in ("", "en-clair/", "adopter/", "abandonner/"))
PAGES = [DRAFT, SUMMARIES, ADOPTION, DROP, "/charte/projet/apercu/", "/charte/projet/comparaison/"]


@pytest.fixture
def ccas(cast, as_user):
    return as_user(cast.ccas)


def told(response, status):
    assert response.status_code == status
    return response.content.decode()


def typed(text=FIRST, version=0, note="", **more):
    return {"text": text, "version": version, "change_note": note, **more}


def file(content, name="charte.md"):
    return SimpleUploadedFile(name, content)


def save(cast, text=FIRST, **more):
    draft = Draft.objects.first()
    return actions.save_draft(text=text, version=draft.version if draft else 0, by=cast.ccas, **more)


@pytest.mark.parametrize("url", PAGES)
def test_the_draft_is_for_the_ccas_alone(cast, as_user, url):
    adopted(cast.ccas)
    save(cast, SECOND)
    for user in (cast.owner, cast.teammate, cast.stranger, cast.nobody):
        client = as_user(user)
        assert {client.get(url).status_code, client.post(url, typed()).status_code} <= {404, 405}
    assert as_user(None).get(url).url.startswith("/compte/login/")
    assert as_user(cast.ccas).get(url).status_code == 200


def test_a_text_is_saved_and_understood(ccas):
    assert "apportez un fichier" in told(ccas.get(DRAFT), 200)
    assert ccas.post(DRAFT, typed(FIRST.replace("\n", "\r\n"), note="Le\n début.")).url == DRAFT
    draft = Draft.objects.get()
    assert (draft.text, draft.change_note, draft.version) == (FIRST, "Le début.", 1)
    html = told(ccas.get(DRAFT), 200)
    assert "2 chapitres, 2 articles, 2 engagements, 2 valeurs" in html
    assert "Article 2\u202f: Garder la mesure" in html


def test_a_text_that_is_no_charter_yet_is_kept_and_says_what_is_missing(ccas):
    for text, why in (("Bonjour", "Aucun chapitre"), (f"{FIRST}\n<script>x</script>", "HTML")):
        Draft.objects.all().delete()
        assert ccas.post(DRAFT, typed(text)).url == DRAFT
        html = told(ccas.get(DRAFT), 200)
        assert why in html
        assert "<script>x" not in html
        for url in PAGES[1:3] + PAGES[4:]:
            assert ccas.get(url).url == DRAFT


def test_the_next_version_starts_from_the_one_in_force(cast, ccas):
    first = adopted(cast.ccas, summaries={"article-1": "Venez."})
    form = ccas.get(DRAFT).context["form"]
    assert form.initial["text"] == as_markdown(first.text)
    ccas.post(DRAFT, typed(form.initial["text"]))
    assert "est le même que celui de la version 1" in told(ccas.get(DRAFT), 200)
    assert Draft.objects.get().summaries == {"article-1": "Venez."}
    assert ccas.get(ADOPTION).url == DRAFT


def test_a_file_takes_the_place_of_the_text(cast, ccas):
    ccas.post(DRAFT, typed("", file=file(b"\xef\xbb\xbf" + FIRST.replace("\n", "\r\n").encode())))
    assert Draft.objects.get().text == FIRST
    ccas.post(DRAFT, typed(FIRST, version=1, note="Oui.", file=file(SECOND.encode())))
    draft = Draft.objects.get()
    assert (draft.text, draft.version, draft.change_note) == (SECOND, 2, "Oui.")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\x89PNG\r\n\x1a\n\x00", "UTF-8"),
        (b"%PDF-1.7 \x00", "n’est pas du texte"),
        (b"# a\n" * 1_300_000, "trop lourd"),
        (f"{FIRST}<script>alert(1)</script>".encode(), "HTML"),
        (b"Un mot, puis un autre.", "Aucun chapitre"),
        (FIRST.replace("Article 2", "Article 1").encode(), "deux fois"),
        (b"", "vide"),
    ],
)
def test_a_file_that_is_no_charter_says_what_was_expected_and_keeps_what_was_typed(ccas, content, why):
    html = told(ccas.post(DRAFT, typed("Ce que j’écrivais", note="Ma note", file=file(content))), 422)
    assert why in html
    assert "Ce que j’écrivais" in html
    assert "Ma note" in html
    assert "attendu" in html or "deux fois" in html
    assert not Draft.objects.exists()


def test_a_file_and_a_text_typed_are_both_shown(cast, ccas):
    save(cast)
    mine = FIRST.replace("Accueillir", "Bien accueillir")
    html = told(ccas.post(DRAFT, typed(mine, version=1, file=file(SECOND.encode()))), 409)
    assert "Bien accueillir" in html
    assert "à toute heure" in html
    assert Draft.objects.get().text == FIRST


def test_nothing_or_too_much_is_refused_and_kept(ccas):
    assert "rien à enregistrer" in told(ccas.post(DRAFT, typed(" \n ")), 422)
    html = told(ccas.post(DRAFT, typed("Un mot", note="n" * 501)), 422)
    assert "500 caractères au plus" in html
    assert "n" * 501 in html
    assert told(ccas.post(DRAFT, {"text": FIRST, "version": "x"}), 422)


def test_somebody_elses_newer_text_is_shown_beside_mine(cast, ccas):
    save(cast)
    save(cast, SECOND, change_note="Sa note")
    mine = FIRST.replace("Accueillir", "Bien accueillir")
    response = ccas.post(DRAFT, typed(mine, version=1, note="Ma note"))
    html = told(response, 409)
    for words in ("Bien accueillir", "à toute heure", "Ma note", "Sa note", "Claire Ccas"):
        assert words in html
    assert Draft.objects.get().text == SECOND
    assert ccas.post(DRAFT, typed(mine, version=response.context["form"]["version"].value())).status_code == 302
    assert Draft.objects.get().text == mine


def test_a_second_click_changes_nothing(cast, ccas):
    for _ in range(2):
        assert ccas.post(DRAFT, typed()).status_code == 302
    assert Draft.objects.get().version == 1
    for _ in range(2):
        assert ccas.post(SUMMARIES, {"version": 1, "en-clair-article-1": "Venez."}).status_code == 302
    assert Draft.objects.get().version == 2


def test_a_text_typed_while_the_draft_was_adopted_is_kept(cast, ccas):
    save(cast)
    adopted(cast.ccas)
    html = told(ccas.post(DRAFT, typed(SECOND, version=1)), 409)
    assert "adopté ou abandonné" in html
    assert "à toute heure" in html


def test_summaries_are_written_clause_by_clause(cast, ccas):
    save(cast)
    html = told(ccas.get(SUMMARIES), 200)
    assert html.count("<textarea") == 2 + 2 + 2
    ccas.post(SUMMARIES, {"version": 1, "en-clair-article-1": " Venez. ", "en-clair-chapitre-1": ""})
    assert Draft.objects.get().summaries == {"article-1": "Venez."}
    html = told(ccas.post(SUMMARIES, {"version": 2, "en-clair-article-1": "v" * 601}), 422)
    assert "v" * 601 in html
    assert "600 caractères au plus" in html


def followed(beginning):
    """The summary of the commitment that begins so."""
    draft = Draft.objects.get()
    clauses = read(draft.text, Version.objects.current().text).clauses
    return draft.summaries[next(one.key for one in clauses if one.text.startswith(beginning))]


def test_a_summary_follows_its_clause(cast, ccas):
    adopted(cast.ccas, summaries={"article-1": "Venez.", "article-2-engagement-1": "Peu de questions."})
    text = FIRST.replace("- À demander", "- À écouter longuement, d’abord.\n- À demander")
    save(cast, text.replace("### Article 1", "### Article 7 : Tout neuf\n\nBonjour.\n\n### Article 1"))
    assert Draft.objects.get().summaries == {"article-1": "Venez.", "article-2-engagement-1": "Peu de questions."}
    version = Draft.objects.get().version
    ccas.post(SUMMARIES, {"version": version, "en-clair-article-2-engagement-1-2": "Nous écoutons."})
    kept = {"article-2-engagement-1-2": "Nous écoutons."}
    assert Draft.objects.get().summaries == kept
    more = text.replace("- À écouter", "- À sourire, quoi qu’il arrive, même le lundi.\n- À écouter")
    save(cast, more)
    assert followed("À écouter") == "Nous écoutons."
    save(cast, text.replace("- À écouter longuement, d’abord.\n", ""))
    save(cast, "Plus rien.")
    save(cast, more)
    assert followed("À écouter") == "Nous écoutons."


def test_the_page_says_which_summaries_to_read_again(cast, ccas):
    adopted(cast.ccas, summaries={"article-1": "Venez.", "article-2": "Peu."})
    save(cast, SECOND)
    assert told(ccas.get(SUMMARIES), 200).count("relisez ce qui l’explique") == 1


def test_summaries_meet_those_of_somebody_else(cast, ccas):
    save(cast)
    save(cast, FIRST.replace("### Article 1", "### Article 3"), summaries={"article-3": "Les siens."})
    posted = {"version": 1, "en-clair-article-1": "Les miens.", "en-clair-article-3": ""}
    html = told(ccas.post(SUMMARIES, posted), 409)
    for words in ("Les siens.", "Les miens.", "qui n’est plus dans le texte"):
        assert words in html
    Draft.objects.update(text="Illisible")
    assert "Les miens." in told(ccas.post(SUMMARIES, posted), 409)
    Draft.objects.all().delete()
    assert "Les miens." in told(ccas.post(SUMMARIES, posted), 409)


def shown(client):
    return {name: client.get(ADOPTION).context["form"].initial[name] for name in ("version", "digest")}


def test_adopting(cast, ccas):
    adopted(cast.ccas)
    save(cast, SECOND, change_note="La porte.", summaries={"article-1": "Venez.", "gone": "Rien."})
    html = told(ccas.get(ADOPTION), 200)
    for words in ("ne change plus", "<ins>", "La porte.", "Adopter la version 2"):
        assert words in html
    posted = shown(ccas) | {"body": "L’assemblée", "on": timezone.localdate().isoformat()}
    assert ccas.post(ADOPTION, posted).url == "/charte/"
    version = Version.objects.current()
    assert (version.number, version.adopted_body, version.change_note) == (2, "L’assemblée", "La porte.")
    assert version.summaries == {"article-1": "Venez."}
    assert not Draft.objects.exists()
    assert Event.objects.filter(verb="charter_adopted").count() == 2
    assert ccas.post(ADOPTION, posted).url == "/charte/"  # a second click
    assert Version.objects.count() == 2


def test_an_adoption_has_a_body_and_a_possible_date(cast, ccas):
    adopted(cast.ccas)
    save(cast, SECOND)
    known, today = shown(ccas), timezone.localdate()
    for on, why in (
        ((today + timedelta(days=1)).isoformat(), "à venir"),
        ("2024-01-01", "celle-ci vient après"),
        ("hier", "comme ceci"),
        ("", "Écrivez la date"),
    ):
        html = told(ccas.post(ADOPTION, known | {"body": "L’assemblée", "on": on}), 422)
        assert why in html
        assert "L’assemblée" in html
    assert "Écrivez qui a adopté" in told(ccas.post(ADOPTION, known | {"body": " ", "on": today.isoformat()}), 422)
    assert Version.objects.count() == 1


def test_the_text_that_was_not_read_is_not_adopted(cast, ccas):
    save(cast)
    posted = shown(ccas) | {"body": "L’assemblée", "on": timezone.localdate().isoformat()}
    save(cast, SECOND)
    response = ccas.post(ADOPTION, posted)
    assert "a changé le texte entre-temps" in told(response, 409)
    assert not Version.objects.exists()
    again = {name: response.context["form"][name].value() for name in ("version", "digest", "body", "on")}
    assert ccas.post(ADOPTION, again).url == "/charte/"
    for text in (SECOND, "Illisible"):
        save(cast, text)
        html = told(ccas.post(ADOPTION, posted | {"version": 1, "digest": ""}), 409)
        assert "Rien n’est adopté" in html
        assert "L’assemblée" in html
        Draft.objects.all().delete()
    assert told(ccas.post(ADOPTION, posted), 409)


def test_dropping(cast, ccas):
    save(cast)
    save(cast, SECOND)
    assert "Abandonner ce projet" in told(ccas.get(DROP), 200)
    assert "rien n’est abandonné" in told(ccas.post(DROP, {"version": 1}), 409)
    assert ccas.post(DROP, {"version": 2}).url == DRAFT
    assert Event.objects.get(verb="charter_draft_dropped").changes == {"text": SECOND}
    assert ccas.get(DROP).url == DRAFT
    assert "n’est déjà plus là" in told(ccas.post(DROP, {"version": 2}), 409)


def test_the_space_of_the_ccas_leads_to_the_draft(cast, ccas):
    assert "Aucun projet." in told(ccas.get("/mon-espace/"), 200)
    save(cast)
    html = told(ccas.get("/mon-espace/"), 200)
    assert "Un projet est en cours" in html
    assert f'href="{DRAFT}"' in html


def test_an_old_tab_never_reaches_another_draft(cast, ccas):
    save(cast)
    known = shown(ccas) | {"body": "L’assemblée", "on": timezone.localdate().isoformat()}
    actions.drop_draft(version=1, by=cast.ccas)
    save(cast, SECOND)
    assert told(ccas.post(DRAFT, typed(FIRST, version=1)), 409)
    assert told(ccas.post(ADOPTION, known), 409)
    assert told(ccas.post(DROP, {"version": 1}), 409)
    assert Draft.objects.get().text == SECOND
    assert not Version.objects.exists()
    version = Draft.objects.get().version
    assert told(ccas.post(ADOPTION, known | {"version": version}), 409)  # another text than the one shown
    with pytest.raises(actions.NewerDraft):
        actions.adopt(version=version, digest=known["digest"], body="x", on=timezone.localdate(), by=cast.ccas)


def test_an_adoption_that_meets_a_newer_text_shows_that_one(cast, ccas, monkeypatch):
    save(cast)
    posted = shown(ccas) | {"body": "L’assemblée", "on": timezone.localdate().isoformat()}
    adopt = actions.adopt

    def saved_in_between(**kwargs):
        save(cast, SECOND)
        return adopt(**kwargs)

    monkeypatch.setattr("charter.actions.adopt", saved_in_between)
    response = ccas.post(ADOPTION, posted)
    assert "à toute heure" in told(response, 409)
    assert response.context["form"]["digest"].value() == read(SECOND).digest
    assert response.context["form"]["version"].value() == 2


def test_a_double_click_on_adopt_is_one_adoption(cast, ccas, monkeypatch):
    save(cast)
    posted = shown(ccas) | {"body": "L’assemblée", "on": timezone.localdate().isoformat()}
    adopt = actions.adopt

    def twice(**kwargs):
        adopt(**kwargs)
        return adopt(**kwargs)

    monkeypatch.setattr("charter.actions.adopt", twice)
    assert ccas.post(ADOPTION, posted).url == "/charte/"
    assert Version.objects.count() == 1


def test_a_file_does_not_hide_the_newer_text_of_somebody_else(cast, ccas):
    save(cast)
    save(cast, SECOND)
    mine, brought = FIRST.replace("Accueillir", "Bien accueillir"), FIRST.replace("Garder", "Bien garder")
    response = ccas.post(DRAFT, typed(mine, version=1, file=file(brought.encode())))
    html = told(response, 409)
    for words in ("à toute heure", "Bien accueillir", "Bien garder", "Claire Ccas"):
        assert words in html
    assert response.context["form"]["text"].value() == brought
    assert Draft.objects.get().text == SECOND


def test_a_file_that_is_lost_is_said_so(ccas):
    html = told(ccas.post(DRAFT, typed(FIRST, note="n" * 501, file=file(SECOND.encode()))), 422)
    assert "choisissez-le à nouveau" in html
    assert "choisissez-le" not in told(ccas.post(DRAFT, typed(FIRST, note="n" * 501)), 422)


def test_a_summary_is_never_given_to_another_clause(cast):
    article = "### Article 1 : Accueillir chacun\n\nLa porte est ouverte, sans condition.\n\n"
    other = "### Article 1 : Se retrouver en plein air\n\nChaque été.\n\n"
    save(cast, summaries={"article-1": "Venez.", "article-2-engagement-1": "Peu de questions."})
    save(cast, FIRST.replace(article, ""))
    save(cast, "Illisible")
    save(cast, FIRST.replace(article, other))
    assert Draft.objects.get().summaries.get("article-1") is None
    assert Draft.objects.get().summaries["article-2-engagement-1"] == "Peu de questions."
    save(cast)
    assert Draft.objects.get().summaries == {"article-1": "Venez.", "article-2-engagement-1": "Peu de questions."}


def test_a_new_article_has_neither_the_link_nor_the_summary_of_an_old_one(cast):
    article = "### Article 1 : Accueillir chacun\n\nLa porte est ouverte, sans condition.\n\n"
    adopted(cast.ccas, summaries={"article-1": "Venez."})
    adopted(cast.ccas, FIRST.replace(article, ""))
    other = adopted(cast.ccas, FIRST.replace(article, "### Article 1 : Se retrouver en plein air\n\nChaque été.\n\n"))
    assert [piece.key for piece in other.text.signable if piece.kind == "article"] == ["article-1-2", "article-2"]
    assert other.summaries == {}
    assert Version.objects.with_clause("article-1").number == 1


def test_summaries_of_two_people_join(cast, ccas):
    save(cast, summaries={"article-2": "Peu."})
    marks = {name: ccas.get(SUMMARIES).context["form"][name].value() for name in ("version", "digest", "seen")}
    Draft.objects.update(version=2, summaries={"article-1": "Le sien.", "article-2": "Peu.", "chapitre-1": "À nous."})
    mine = marks | {"en-clair-article-2": "Le mien."}
    assert ccas.post(SUMMARIES, mine).status_code == 302
    joined = {"article-1": "Le sien.", "article-2": "Le mien.", "chapitre-1": "À nous."}
    assert Draft.objects.get().summaries == joined
    response = ccas.post(SUMMARIES, marks | {"en-clair-article-1": "Moi aussi.", "en-clair-article-2": "Peu."})
    html = told(response, 409)
    assert html.count("Enregistré entre-temps") == 1
    form = response.context["form"]
    again = {name: form[name].value() for name in form.fields}
    assert again["en-clair-article-2"] == "Le mien."
    assert ccas.post(SUMMARIES, again).status_code == 302
    assert Draft.objects.get().summaries == joined | {"article-1": "Moi aussi."}


def test_two_first_savings_at_once_make_one_draft(fresh_database, cast):
    def first():
        try:
            return actions.save_draft(text=FIRST, version=0, by=cast.ccas).version
        except actions.NewerDraft as refusal:
            return f"after {refusal.draft.version}"

    assert while_open(first, first) == [1, "after 1"]

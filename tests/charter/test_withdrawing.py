"""Withdrawing: of every version it stands on, said before it is done; a second click withdraws nothing more."""

import pytest
from django.urls import reverse

from charter import actions
from charter.models import Act
from charter.register import standing_of
from lemans_solidaire.network.models import Structure
from tests.charter.signatures import SIGNER
from tests.charter.texts import SECOND, adopted, signed


@pytest.fixture
def version(cast):
    return adopted(cast.ccas)


def text_of(response):
    return response.content.decode()


def post(client, structure, *keys, step, seen):
    typed = {**SIGNER, "keys": keys, "etape": step, "vu": seen}
    return client.post(reverse("charter:withdraw", args=[structure.pk]), typed, follow=True)


def page_of(client, act):
    return text_of(client.get(reverse("charter:verification", args=[act.code])))


@pytest.fixture
def both(cast, version):
    """The Panier has signed two versions: [the acts]."""
    first = signed(version, cast.panier, cast.owner)
    return [first, signed(adopted(cast.ccas, SECOND), cast.panier, cast.owner)]


def test_an_article_is_withdrawn_from_older_versions_too(cast, both):
    told = {"structure": cast.panier, "signer": ("O", "p"), "by": cast.owner}
    acts = actions.withdraw(version=both[1].version, keys=["article-1"], **told)
    assert [act.version.number for act in acts] == [2, 1]
    assert "article-1" not in standing_of(cast.panier, both[0].version).positions
    with pytest.raises(actions.NotSigned):
        actions.withdraw(version=both[1].version, keys=["article-1"], **told)


@pytest.mark.parametrize("keys", [["tout"], ["chapitre-1", "article-1", "article-2"], ["article-1"]])
def test_every_version_concerned_is_said_before(cast, as_user, both, keys):
    client = as_user(cast.owner)
    assert "Toute notre signature, versions 2 et 1" in text_of(
        client.get(reverse("charter:withdraw", args=[cast.panier.pk]))
    )
    page = text_of(post(client, cast.panier, *keys, step="relire", seen=2))
    assert ("<h2>Version 2</h2>" in page, "<h2>Version 1</h2>" in page) == (True, True)
    assert Act.objects.count() == 2


def test_a_double_click_says_that_it_was_already_withdrawn(cast, as_user, both):
    client = as_user(cast.owner)
    post(client, cast.panier, "article-1", step="retirer", seen=2)
    page = post(client, cast.panier, "article-1", step="retirer", seen=2)
    assert page.status_code == 200
    assert "C’était déjà retiré" in text_of(page)
    assert Act.objects.count() == 4


def test_what_the_page_had_seen_is_asked_again_once_alone(cast, version):
    signed(version, cast.panier, cast.owner)
    signed(version, cast.panier, cast.owner, article_1="Pas la nuit.")
    told = {"structure": cast.panier, "signer": ("O", "p"), "by": cast.owner}
    for withdraw in (
        actions.withdraw_all,
        lambda **more: actions.withdraw(version=version, keys=["article-2"], **more),
    ):
        with pytest.raises(actions.SignedMeanwhile):
            withdraw(seen=1, **told)


def test_a_certificate_of_a_version_signed_again_does_not_say_that_it_stands(cast, client, both):
    first, second = both
    page = page_of(client, first)
    assert "tient toujours" not in page
    assert "La structure a signé depuis la version 2" in page
    assert second.code in page
    assert "tient toujours" in page_of(client, second)


def test_a_withdrawal_says_whether_it_still_holds(cast, client, version):
    signed(version, cast.panier, cast.owner)
    told = {"structure": cast.panier, "signer": ("O", "p"), "by": cast.owner}
    (gone,) = actions.withdraw_all(**told)
    assert "Ce retrait tient toujours" in page_of(client, gone)
    again = signed(version, cast.panier, cast.owner)
    page = page_of(client, gone)
    assert "tient toujours" not in page
    assert again.code in page


def test_a_closed_structure_leaves_the_register_from_that_day(cast, client, version):
    act = signed(version, cast.panier, cast.owner)
    url, day = reverse("charter:register"), act.at.date()
    assert client.get(url).context["lines"]
    Structure.objects.filter(pk=cast.panier.pk).update(closed_on=day)
    assert not client.get(url).context["lines"]
    page = page_of(client, act)
    assert "La structure a fermé le" in page
    assert "tient toujours" not in page

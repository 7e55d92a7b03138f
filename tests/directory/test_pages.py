import pytest

from directory.models import Service
from lemans_solidaire.network.models import Structure


@pytest.fixture
def service(db):
    structure = Structure.objects.create(
        name="La Tablée", phone="02 43 00 00 00", address="1 rue Haute", city="Le Mans"
    )
    return Service.objects.create(
        structure=structure,
        name="Repas <b>chauds</b>",
        description="Le soir.",
        address="1 rue Haute",
        city="Le Mans",
        hours="Mo-Fr 18:30-20:00",
    )


def text(response):
    return response.content.decode()


def test_a_service_says_what_is_not_known(client, service):
    page = text(client.get(f"/annuaire/services/{service.pk}/"))
    assert "Repas &lt;b&gt;chauds&lt;/b&gt;" in page
    assert "Du lundi au vendredi, de 18\u202fh\u202f30 à 20\u202fh." in page
    assert 'href="tel:0243000000"' in page
    assert page.count("Non connu") == 6  # for whom, welcome, price, papers, languages, and the questions
    Service.objects.update(hours="")
    assert "Horaires non connus\u202f: appelez avant" in text(client.get(f"/annuaire/services/{service.pk}/"))


def test_a_confidential_address_is_on_no_page(client, service):
    Service.objects.update(is_address_hidden=True)
    structure = service.structure_id
    for url in (
        "/annuaire/",
        "/annuaire/?q=repas",
        f"/annuaire/services/{service.pk}/",
        f"/annuaire/structures/{structure}/",
    ):
        page = text(client.get(url))
        assert "La Tablée" in page
        assert "rue Haute" not in page


def test_what_is_closed_is_not_there(client, service):
    Service.objects.update(closed_on="2020-01-01")
    assert client.get(f"/annuaire/services/{service.pk}/").status_code == 404
    assert "chauds" not in text(client.get("/annuaire/?q=repas"))
    Structure.objects.update(closed_on="2020-01-01")
    assert client.get(f"/annuaire/structures/{service.structure_id}/").status_code == 404


def test_nothing_found_says_what_to_do(client, db):
    page = text(client.get("/annuaire/?q=trombone&theme=mobilite"))
    assert "Aucune réponse" in page
    assert "115" in page


def test_nothing_found_tells_what_to_drop(client, service):
    page = text(client.get("/annuaire/?q=repas+trombone&theme=mobilite"))
    assert "En demandant un peu moins" in page
    assert "sans «\u202fMobilité\u202f»" in page


def test_long_lists_have_pages(client, service):
    for number in range(25):
        Service.objects.create(structure=service.structure, name=f"Atelier {number:02}", description="Ouvert.")
    first, second = (text(client.get(f"/annuaire/?q=atelier&page={page}")) for page in (1, 2))
    assert "Page 1 sur 2" in first
    assert "Page suivante" in first
    assert "Page d’avant" in second
    assert client.get("/annuaire/?q=atelier&page=zz").status_code == 200
    assert client.get("/annuaire/?q=atelier&page=99999").status_code == 200


def test_the_band_of_emergency_needs_no_script(client, db):
    assert 'href="tel:115"' in text(client.get("/annuaire/?q=dormir ce soir"))

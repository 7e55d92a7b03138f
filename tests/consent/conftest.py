"""Who the dossiers' tests are about, in a database really committed to."""

import pytest
from django.test import Client

from tests.cast import sign_in
from tests.consent.people import give_second_factor, open_the_part


@pytest.fixture
def people(fresh_database, cast):
    """The cast, the part open; the responsables of the Panier and of the Halte may open dossiers."""
    open_the_part(cast)
    for user in (cast.owner, cast.stranger):
        give_second_factor(user)
    return cast


@pytest.fixture
def signed_in(people):
    """signed_in(user) is a browser of their own."""

    def browser(user):
        client = Client()
        sign_in(client, user)
        return client

    return browser

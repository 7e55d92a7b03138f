import pytest
from django.db import transaction

from lemans_solidaire.network import demo


@pytest.fixture(scope="module")
def network(django_db_setup, django_db_blocker):
    """The fictional network, loaded once for this module and taken away after."""
    with django_db_blocker.unblock(), transaction.atomic():
        demo.load()
        yield
        transaction.set_rollback(True)

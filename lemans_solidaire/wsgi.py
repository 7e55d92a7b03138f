import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lemans_solidaire.settings")

application = get_wsgi_application()

from lemans_solidaire.database_role import refuse_too_strong_a_role  # noqa: E402  needs Django's apps

refuse_too_strong_a_role()

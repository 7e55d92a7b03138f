from django.urls import reverse

from lemans_solidaire.network.permissions import is_ccas_admin
from lemans_solidaire.network.registry import Place


def places(user):
    if is_ccas_admin(user):
        detail = "Recevoir un fichier de services, le relire, l’importer\u202f; télécharger l’annuaire."
        yield Place("Échanger l’annuaire avec d’autres", reverse("directory:exchanges"), detail, "L’annuaire")

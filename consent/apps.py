from django.apps import AppConfig
from django.db.models.signals import post_migrate


class Consent(AppConfig):
    name = "consent"
    verbose_name = "Les dossiers"

    def ready(self):
        from consent import checks, demo, kept  # noqa: F401  what « L’état du portail » says of the log
        from consent.actions import end_rights_of
        from consent.identity import install_key
        from consent.spaces import awaiting, names_kept, places
        from lemans_solidaire.network import registry

        registry.left.register(end_rights_of)
        registry.places.register(places)
        registry.awaiting.register(awaiting)
        registry.demonstration.register(demo.load)
        registry.names_kept.register(names_kept)
        registry.jobs |= {
            "consent.seal": "Scellé du journal des dossiers",
            "consent.verify": "Vérification du journal des dossiers",
            "consent.erase": "Effacement de ce qui est arrivé à son terme",
            "consent.remind": "Recherche des demandes sans réponse",
            "consent.remind_structure": "Courriel\u202f: des demandes attendent une réponse",
        }
        registry.restored.register(kept.go_on_counting)
        post_migrate.connect(install_key, sender=self, dispatch_uid="consent_key")

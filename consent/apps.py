from django.apps import AppConfig
from django.db.models.signals import post_migrate


class Consent(AppConfig):
    name = "consent"
    verbose_name = "Les dossiers"

    def ready(self):
        from consent import actions, demo, kept
        from consent.identity import install_key
        from consent.spaces import awaiting, names_kept, places
        from lemans_solidaire.network import registry

        registry.places.register(places)
        registry.awaiting.register(awaiting)
        registry.demonstration.register(demo.load)
        registry.left.register(actions.end_rights_of)
        registry.names_kept.register(names_kept)
        registry.restored.register(kept.go_on_counting)
        post_migrate.connect(install_key, sender=self, dispatch_uid="consent_key")

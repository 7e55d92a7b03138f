from django.apps import AppConfig
from django.db.models.signals import post_migrate


class Directory(AppConfig):
    name = "directory"
    verbose_name = "L’annuaire"

    def ready(self):
        from directory import contacts, demo, facts, news, vocabulary
        from directory.editing import links
        from directory.exchange.spaces import places
        from lemans_solidaire.network import registry

        registry.demonstration.register(demo.load)
        registry.jobs |= {
            "directory.read_exchange": "Lecture d’un fichier de services",
            "directory.forget_exchanges": "Oubli des vieux fichiers échangés",
            "directory.refresh_openings": "Calcul des ouvertures de la quinzaine",
        }
        registry.places.register(places)
        registry.actions.register(links.links)
        registry.news.register(news.pages_news)
        registry.facts.register(facts.facts)
        registry.contacts.register(contacts.contacts)
        registry.hidden_places.register(facts.hidden_places)
        post_migrate.connect(vocabulary.teach, sender=self, dispatch_uid="directory_labels")

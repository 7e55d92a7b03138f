from django.apps import AppConfig


class Charter(AppConfig):
    name = "charter"
    verbose_name = "La charte"

    def ready(self):
        from charter import checks, demo  # noqa: F401  what « L’état du portail » says of signatures
        from charter.awaiting import signatures_awaiting
        from charter.news import charter_news
        from charter.places import links_of_a_version, places
        from charter.summary import chapters
        from lemans_solidaire.network import registry

        registry.places.register(places)
        registry.news.register(charter_news)
        registry.chapters.register(chapters)
        registry.demonstration.register(demo.load)
        registry.jobs |= {
            "charter.send_signing_link": "Courriel\u202f: signer la charte par un lien",
            "charter.send_signing_reminder": "Courriel de rappel de signature",
            "charter.verify": "Vérification des signatures de la charte",
        }
        registry.awaiting.register(signatures_awaiting)
        registry.actions.register(links_of_a_version)

from django.apps import AppConfig


class Charter(AppConfig):
    name = "charter"
    verbose_name = "La charte"

    def ready(self):
        from charter import demo
        from charter.awaiting import charter_places, links_of_a_version, signatures_awaiting
        from charter.news import charter_news
        from charter.places import places
        from charter.spaces import draft_places
        from charter.summary import chapters
        from lemans_solidaire.network import registry

        registry.places.register(draft_places)
        registry.places.register(places)
        registry.news.register(charter_news)
        registry.chapters.register(chapters)
        registry.demonstration.register(demo.load)
        registry.awaiting.register(signatures_awaiting)
        registry.places.register(charter_places)
        registry.actions.register(links_of_a_version)

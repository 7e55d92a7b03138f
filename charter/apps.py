from django.apps import AppConfig


class Charter(AppConfig):
    name = "charter"
    verbose_name = "La charte"

    def ready(self):
        from charter import demo
        from charter.awaiting import signatures_awaiting
        from charter.news import charter_news
        from charter.places import links_of_a_version, places
        from charter.summary import chapters
        from lemans_solidaire.network import registry

        registry.places.register(places)
        registry.news.register(charter_news)
        registry.chapters.register(chapters)
        registry.demonstration.register(demo.load)
        registry.awaiting.register(signatures_awaiting)
        registry.actions.register(links_of_a_version)

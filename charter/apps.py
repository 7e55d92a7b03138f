from django.apps import AppConfig


class Charter(AppConfig):
    name = "charter"
    verbose_name = "La charte"

    def ready(self):
        from charter.places import places
        from charter.summary import chapters
        from lemans_solidaire.network import registry

        registry.places.register(places)
        registry.chapters.register(chapters)

from django.apps import AppConfig


class Directory(AppConfig):
    name = "directory"
    verbose_name = "L’annuaire"

    def ready(self):
        from directory import demo
        from lemans_solidaire.network import registry

        registry.demonstration.register(demo.load)

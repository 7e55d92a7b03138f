from django.apps import AppConfig


class Indicators(AppConfig):
    name = "indicators"
    verbose_name = "Les indicateurs"

    def ready(self):
        from indicators import demo
        from indicators.awaiting import sheets_awaiting
        from lemans_solidaire.network import registry

        registry.awaiting.register(sheets_awaiting)
        registry.demonstration.register(demo.load)

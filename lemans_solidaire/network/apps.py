from django.apps import AppConfig


class Network(AppConfig):
    name = "lemans_solidaire.network"
    label = "network"
    verbose_name = "Le réseau"

    def ready(self):
        from lemans_solidaire.accounts import few_codes_left
        from lemans_solidaire.network import (
            registry,
            signals,  # noqa: F401  connects the receivers
        )
        from lemans_solidaire.network.meetings import awaiting, demo, summary
        from lemans_solidaire.network.people import places as people

        registry.awaiting.register(few_codes_left)
        registry.awaiting.register(awaiting.meetings_awaiting)
        registry.places.register(awaiting.places)
        registry.places.register(people.places)
        registry.awaiting.register(people.second_administrator_awaited)
        registry.actions.register(people.links)
        registry.chapters.register(summary.chapters)
        registry.demonstration.register(demo.load)

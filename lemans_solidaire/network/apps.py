from django.apps import AppConfig


class Network(AppConfig):
    name = "lemans_solidaire.network"
    label = "network"
    verbose_name = "Le réseau"

    def ready(self):
        from lemans_solidaire.accounts import few_codes_left
        from lemans_solidaire.network import (
            acting,  # noqa: F401  connects the receivers
            registry,
            signals,  # noqa: F401  connects the receivers
        )
        from lemans_solidaire.network.meetings import awaiting, demo, summary
        from lemans_solidaire.network.people.over_time import awaiting as people
        from lemans_solidaire.network.people.over_time import demo as people_demo

        registry.awaiting.register(few_codes_left)
        registry.awaiting.register(people.people_awaiting)
        registry.places.register(people.places)
        registry.actions.register(people.links)
        registry.awaiting.register(awaiting.meetings_awaiting)
        registry.places.register(awaiting.places)
        registry.chapters.register(summary.chapters)
        registry.demonstration.register(people_demo.load)
        registry.demonstration.register(demo.load)

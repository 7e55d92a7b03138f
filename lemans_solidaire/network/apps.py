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

        registry.awaiting.register(few_codes_left)

from django.apps import AppConfig


class Network(AppConfig):
    name = "lemans_solidaire.network"
    label = "network"
    verbose_name = "Le réseau"

    def ready(self):
        from lemans_solidaire.network import signals  # noqa: F401  connects the receivers

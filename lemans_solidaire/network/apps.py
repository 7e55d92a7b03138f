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
        from lemans_solidaire.network.mail import awaiting as mails
        from lemans_solidaire.network.meetings import awaiting, demo, news, summary
        from lemans_solidaire.network.people import places as people
        from lemans_solidaire.network.people.over_time import awaiting as over_time
        from lemans_solidaire.network.people.over_time import demo as people_demo
        from lemans_solidaire.network.state import checks  # noqa: F401  what « L’état du portail » looks at
        from lemans_solidaire.network.state.checking import state_awaiting

        registry.awaiting.register(few_codes_left)
        registry.awaiting.register(over_time.people_awaiting)
        registry.awaiting.register(awaiting.meetings_awaiting)
        registry.awaiting.register(mails.unsent_awaiting)
        registry.news.register(news.meetings_news)
        registry.awaiting.register(state_awaiting)
        registry.places.register(awaiting.places)
        registry.places.register(people.places)
        registry.awaiting.register(people.second_administrator_awaited)
        registry.actions.register(people.links)
        registry.places.register(mails.places)
        registry.chapters.register(summary.chapters)
        registry.demonstration.register(people_demo.load)
        registry.demonstration.register(demo.load)
        registry.jobs |= {
            "network.send_invitation": "Courriel d’invitation à une rencontre",
            "network.forget_addresses": "Oubli des adresses des personnes invitées",
            "network.forget_jobs": "Rangement des tâches faites",
            "network.look": "Coup d’œil à l’état du portail",
            "network.send_account_invitation": "Courriel\u202f: une invitation à avoir un compte",
            "network.forget_account_invitations": "Oubli des invitations terminées",
            "network.people_day_by_day": "Changements de responsable, comptes sans visite",
            "network.send_succession_mail": "Courriel\u202f: un changement de responsable",
            "network.send_account_mail": "Courriel\u202f: ce qui arrive à un compte",
            "network.send_account_notice": "Courriel\u202f: un mot de passe ou une double vérification a changé",
            "network.send_address_changed": "Courriel\u202f: l’adresse d’un compte a changé",
            "network.send_digests": "Préparation des courriels du matin",
            "network.send_digest": "Courriel du matin",
            "network.forget_unsent": "Oubli des courriels qui ne sont jamais partis",
        }

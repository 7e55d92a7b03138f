from django.apps import AppConfig


class Indicators(AppConfig):
    name = "indicators"
    verbose_name = "Les indicateurs"

    def ready(self):
        from indicators import demo
        from indicators.agendas import lines_for_agenda
        from indicators.awaiting import sheets_awaiting
        from indicators.news import sheets_news
        from indicators.proposals import facts_of_report
        from lemans_solidaire.network import registry

        registry.awaiting.register(sheets_awaiting)
        registry.agenda.register(lines_for_agenda)
        registry.news.register(sheets_news)
        registry.facts.register(facts_of_report)
        registry.demonstration.register(demo.load)
        registry.jobs |= {
            "indicators.render_proof": "PDF de la synthèse",
            "indicators.publish_demonstration": "Synthèse de la démonstration",
            "indicators.read_report": "Lecture d’un rapport d’activité",
            "indicators.send_annex": "Courriel\u202f: une structure peut relire sa page",
            "indicators.send_reminder": "Courriel de rappel d’une fiche",
            "indicators.send_confirmation_link": "Courriel\u202f: confirmer des chiffres saisis par le CCAS",
        }

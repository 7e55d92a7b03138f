import os

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connections

from lemans_solidaire.network.management.impossible import Impossible
from lemans_solidaire.serve import ServeError, Supervisor, address


class Command(BaseCommand):
    help = "Sert le portail : le serveur web et le processus des tâches, ensemble, jusqu’à Ctrl-C."
    requires_system_checks = []  # the web server and the worker make them

    def handle(self, **options):
        supervisor = Supervisor(
            address(os.environ),
            settings.VAR_DIR,
            say=self.say,
            host_name=settings.ALLOWED_HOSTS[0].lstrip("."),
            once_up=self.tell_accounts,
        )
        self.load_fictional_network()
        try:
            supervisor.run()
        except ServeError as error:
            raise Impossible(str(error)) from None

    def say(self, text):
        self.stdout.write(text)
        self.stdout.flush()

    def load_fictional_network(self):
        if settings.MODE == "demo":
            call_command("demo")
            connections.close_all()

    def tell_accounts(self):
        if settings.MODE == "demo":
            call_command("demo", "--accounts", stdout=self.stdout)
            self.stdout.flush()
            connections.close_all()

from django.core.management.base import CommandError


class Impossible(CommandError):
    """One line that says why a command cannot do its work; Django prints the name of the class before it."""

    def __init__(self, message, returncode=2):
        super().__init__(message, returncode=returncode)

from django.core.management.base import CommandError


class Impossible(CommandError):  # noqa: N818  people read its name
    """One line that says why a command cannot do its work; Django prints the name of the class before it."""

    def __init__(self, message, returncode=2):
        super().__init__(message, returncode=returncode)

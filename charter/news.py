"""What is new in the charter."""

from charter.models import Version
from lemans_solidaire.network.registry import News


def charter_news(user, since):
    """Provider of registry.news: the last version adopted, which anybody reads."""
    adopted = Version.objects.outlined().filter(recorded_at__gt=since).exclude(recorded_by=user)
    for version in adopted[:1]:
        yield News(
            f"La charte a une nouvelle version, la {version.number}",
            version.get_absolute_url(),
            version.recorded_at,
            version.change_note,
        )

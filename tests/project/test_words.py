"""The words people read: the trade's own, nobody shamed, French punctuation."""

import re
from pathlib import Path

import pytest

from lemans_solidaire.logs import SECRET_PART
from tests.project.test_permission_table import named_urls

TEMPLATES = sorted(Path("templates").rglob("*.html")) + sorted(Path("templates").rglob("*.txt"))
BANNED = {
    r"bénéficiaires?": "la personne",
    r"usagers?": "la personne",
    r"\bcas social": "la personne",
    r"signalements?": "une correction",
    r"\bSDF\b": "sans abri",
    r"\ben retard\b": "rien : personne n’est montré du doigt",
    r"\berreurs?\b": "ce qui s’est passé",
    r"\binvalides?\b": "ce qu’il faut changer",
    r"\bchamps? obligatoires?\b": "ce qui manque",
    r"dashboard": "mon espace",
    r"e-mail|email": "courriel, adresse électronique",
}


def words(template):
    """What is read on the page: no tags, no template code, no comments."""
    text = re.sub(r"\{#.*?#\}|\{%\s*comment.*?endcomment\s*%\}", " ", template.read_text(), flags=re.DOTALL)
    return re.sub(r"<[^>]*>|\{%.*?%\}|\{\{.*?\}\}", " ", text, flags=re.DOTALL)


def test_there_are_words_to_check():
    assert sum(len(words(template).split()) for template in TEMPLATES) > 1500


@pytest.mark.parametrize("banned", BANNED, ids=str)
def test_banned_words(banned):
    found = [
        f"{template}: « {match.group()} », say {BANNED[banned]}"
        for template in TEMPLATES
        for match in re.finditer(banned, words(template), re.IGNORECASE)
    ]
    assert not found, "\n".join(found)


def test_no_exclamation_marks():
    assert not [template for template in TEMPLATES if re.search(r"!(?!=)", words(template))]


def test_apostrophes_are_typographic():
    assert not [template for template in TEMPLATES if re.search(r"\w'\w", words(template))]


def test_no_ordinary_space_before_double_punctuation():
    found = [t for t in TEMPLATES if re.search(r"\w [:;?»](\s|$)|« \w", words(t))]
    assert not found, found


def test_the_mails_say_l_apostrophe_as_it_is():
    """A text has nothing to escape: « L&#x27;Été » is what people would read."""
    mails = [t for t in TEMPLATES if t.suffix == ".txt" and "mail" in t.parts]
    assert len(mails) >= 5
    assert not [t for t in mails if "{{" in t.read_text() and "{% autoescape off %}" not in t.read_text()]


def test_no_secret_part_of_an_address_is_logged():
    """Each address whose last part opens something is known to the log."""
    routes = [str(route) for route, _ in named_urls() if "<str:token>" in route]
    assert len(routes) >= 3
    for route in routes:
        path = f"/{route.replace('<str:token>', 'abcDEF')}"
        assert "abcDEF" not in SECRET_PART.sub(r"\1…", path), path


def test_every_setting_is_explained_to_newcomers():
    sources = [*Path("lemans_solidaire").rglob("*.py"), Path("manage.py"), *Path("scripts").glob("*.sh")]
    text = "\n".join(path.read_text() for path in sources)
    names = set(re.findall(r"\bLMS_[A-Z_]+\b", text)) | {"VAR_DIR", "PORT", "DATABASE_URL", "DATABASE_OWNER_URL"}
    readme = Path("README.md").read_text()
    assert not {name for name in names if f"`{name}`" not in readme and not name.endswith("_")}


def test_the_map_names_files_that_exist():
    folders = ["charter", "consent", "directory", "docs", "indicators", "lemans_solidaire", "templates", "tests"]
    files = [f"/{path}/" for folder in folders for path in [Path(folder), *Path(folder).rglob("*")]]
    text = Path("ARCHITECTURE.md").read_text()
    named = re.findall(r"`(\w[\w/.]*(?:\.(?:py|sql|css|html|svg|json|md)|/))`", text)
    named += re.findall(r"`((?:docs|tests|templates)/[\w/.]+)`", Path("README.md").read_text())
    assert len(named) > 80
    assert not [name for name in named if not any(path.endswith(f"/{name.rstrip('/')}/") for path in files)]


def test_the_map_stays_one_page():
    """What a module does in detail is in its first line, what people are promised in docs/."""
    assert len(Path("ARCHITECTURE.md").read_text().split()) < 1700

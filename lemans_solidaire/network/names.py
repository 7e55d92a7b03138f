import unicodedata


def alphabetical(name):
    """The key that sorts names as a French reader expects: « Écoute » with the E, « Œuvre » with « Oe »."""
    letters = unicodedata.normalize("NFKD", name.casefold().replace("œ", "oe").replace("æ", "ae"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter)), name

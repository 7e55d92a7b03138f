"""Who may what, for each address of the portal and each method.

Roles: anyone (not signed in), nobody (an account without structure), stranger (another structure), teammate,
owner (responsable), ccas (CCAS administrator). `{sheet}` stands for the Panier's sheet, which is submitted.

Answers: "ok" a page or a redirection onwards; "sign in" the sign-in page; "kept" the page that gives a posted form
back and asks to sign in; "no" 404, as if there were nothing; "refused" 403; "method" 405.
"""

EVERYONE = ["anyone", "nobody", "stranger", "teammate", "owner", "ccas"]
SIGNED_IN = EVERYONE[1:]
PANIER = ["teammate", "owner"]


def public():
    return {"GET": dict.fromkeys(EVERYONE, "ok"), "POST": dict.fromkeys(EVERYONE, "method")}


def reading(allowed, otherwise="no"):
    """A page to read for the roles allowed; the others signed in get `otherwise`."""
    rules = {role: "ok" if role in allowed else otherwise for role in SIGNED_IN}
    return {
        "GET": {"anyone": "sign in", **rules},
        "POST": {"anyone": "kept", **dict.fromkeys(SIGNED_IN, "method")},
    }


def writing(allowed, otherwise="no"):
    rules = {role: "ok" if role in allowed else otherwise for role in SIGNED_IN}
    return {"GET": {"anyone": "sign in", **rules}, "POST": {"anyone": "kept", **rules}}


TABLE = {
    "home": public(),
    "accessibility": public(),
    "privacy": public(),
    "legal_notice": public(),
    "healthz": public(),
    "readyz": public(),
    "dashboard": reading(SIGNED_IN),
    "components": reading(["ccas"]),
    "indicators:campaigns": reading(SIGNED_IN),
    "indicators:own_sheets": reading(SIGNED_IN),
    # The sheet is submitted: its structure and the CCAS read it; a post is answered by « ne se modifie plus ».
    "indicators:sheet": {
        "GET": {
            "anyone": "sign in",
            "nobody": "no",
            "stranger": "no",
            "teammate": "ok",
            "owner": "ok",
            "ccas": "ok",
        },
        "POST": {
            "anyone": "kept",
            "nobody": "no",
            "stranger": "no",
            "teammate": "conflict",
            "owner": "conflict",
            "ccas": "conflict",
        },
    },
    "indicators:review": {
        "GET": {"anyone": "sign in", **dict.fromkeys(SIGNED_IN, "method")},
        "POST": {
            "anyone": "kept",
            "nobody": "no",
            "stranger": "no",
            "teammate": "refused",
            "owner": "refused",
            "ccas": "ok",
        },
    },
    "indicators:follow_up": reading(["ccas"]),
    "indicators:summary": reading(["ccas"]),
    "indicators:summary_pdf_progress": writing(["ccas"]),
    "indicators:summary_pdf": reading(["ccas"]),
}

# allauth's pages: open to anyone, or to oneself; nothing there concerns somebody else.
ACCOUNT_PREFIX = "compte/"
# Django's admin: the CCAS alone, everybody else is led elsewhere.
GESTION_PREFIX = "gestion/"

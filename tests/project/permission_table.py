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


def acting(allowed, refused=(), otherwise="no"):
    """An address that only takes posts: a page once done for the roles allowed, 403 for those refused."""
    rules = {role: "ok" if role in allowed else "refused" if role in refused else otherwise for role in SIGNED_IN}
    return {"GET": {"anyone": "sign in", **dict.fromkeys(SIGNED_IN, "method")}, "POST": {"anyone": "kept", **rules}}


def filling():
    """The sheet is submitted: its structure and the CCAS are led back to it, and a post is shown again, not kept."""
    readers = [*PANIER, "ccas"]
    return {
        "GET": {"anyone": "sign in", **{role: "ok" if role in readers else "no" for role in SIGNED_IN}},
        "POST": {"anyone": "kept", **{role: "conflict" if role in readers else "no" for role in SIGNED_IN}},
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
    "guides": public(),
    "guide": public(),
    "directory:search": public(),
    "directory:pictures": public(),
    "directory:service": public(),
    "directory:slip": public(),
    "directory_api:description": public(),
    "directory_api:services": public(),
    "directory_api:structures": public(),
    "directory:structure": public(),
    # Files of services: the CCAS receives and gives them.
    "directory:exchanges": writing(["ccas"]),
    "directory:exchange": reading(["ccas"]),
    "directory:confirm_exchange": acting(["ccas"]),
    "directory:drop_exchange": acting(["ccas"]),
    "directory:export": reading(["ccas"]),
    # Those of the Panier's structure and the CCAS keep its pages; for others there is nothing to keep.
    "directory:edit_service": writing([*PANIER, "ccas"]),
    "directory:confirm_service": writing([*PANIER, "ccas"]),
    "directory:close_service": acting([*PANIER, "ccas"]),
    "directory:reopen_service": acting([*PANIER, "ccas"]),
    "directory:service_history": reading([*PANIER, "ccas"]),
    "directory:undo_change": acting([*PANIER, "ccas"]),  # a second click changes nothing
    "directory:add_service": writing([*PANIER, "ccas"]),
    "directory:edit_structure": writing([*PANIER, "ccas"]),
    "directory:closures": writing([*PANIER, "ccas"]),
    "directory:edit_closure": writing([*PANIER, "ccas"]),
    "directory:remove_closure": acting([*PANIER, "ccas"]),  # a second click changes nothing
    "dashboard": reading(SIGNED_IN),
    # Mails that did not leave are the CCAS's; the link of the daily mail is whoever's holds it.
    "mail:unsent": reading(["ccas"]),
    "mail:send_again": acting(["ccas"]),
    "mail:settle": acting(["ccas"]),
    "mail:stop": dict.fromkeys(["GET", "POST"], dict.fromkeys(EVERYONE, "ok")),
    "components": reading(["ccas"]),
    "indicators:campaigns": reading(SIGNED_IN),
    "indicators:own_sheets": reading(SIGNED_IN),
    "indicators:blank_sheet": reading(SIGNED_IN),
    "indicators:library": reading(["stranger", "teammate", "owner", "ccas"]),
    "indicators:past": writing(["ccas"]),
    "indicators:past_template": reading(["ccas"]),
    "indicators:confirm_by_link": dict.fromkeys(["GET", "POST"], dict.fromkeys(EVERYONE, "ok")),  # who holds the link
    # The sheet is submitted and has a report: its structure and the CCAS read it.
    "indicators:sheet": reading([*PANIER, "ccas"]),
    "indicators:report_pdf": reading([*PANIER, "ccas"]),
    "indicators:workbook": reading([*PANIER, "ccas"]),
    "indicators:frame": filling(),
    "indicators:figures": filling(),
    "indicators:story": filling(),
    "indicators:report": filling(),
    "indicators:reading": filling(),
    "indicators:proposal": filling(),
    "indicators:passage_image": reading([*PANIER, "ccas"]),  # as the report itself
    "indicators:evidence": reading([*PANIER, "ccas"]),
    "indicators:from_workbook": filling(),
    "indicators:sending": writing([*PANIER, "ccas"]),  # already sent: a second click changes nothing
    "indicators:answers": writing([*PANIER, "ccas"]),  # led back to the sheet: no question is asked
    "indicators:sharing": acting(["owner"], refused=["teammate", "ccas"]),
    "indicators:review": acting(["ccas"], refused=PANIER),
    "indicators:questions": acting(["ccas"], refused=PANIER),
    "indicators:reopen": acting([*PANIER, "ccas"]),  # a member alone changes nothing: led back to the sheet
    "indicators:confirmation": acting(["ccas"], refused=PANIER),
    "indicators:type_for_structure": writing(["ccas"]),
    "indicators:reminders": reading(["ccas"]),
    "indicators:remind": acting(["ccas"]),
    "indicators:note_call": acting(["ccas"]),
    "indicators:follow_up": reading(["ccas"]),
    "indicators:year_overview": reading(["ccas"]),
    "indicators:received_reports": writing(["ccas"]),
    "indicators:attach_report": acting(["ccas"]),
    "indicators:take_back_report": acting(["ccas"]),
    "indicators:words": writing(["ccas"]),
    # Published: the public edition is anybody's. The network edition has its own test (test_editions.py).
    "indicators:summaries": public(),
    "indicators:summary": public(),
    "indicators:summary_structure": public(),
    "indicators:summary_file": public(),
    # What a structure reads of its own page before anybody else; only its responsable answers.
    "indicators:annex": {
        "GET": reading([*PANIER, "ccas"])["GET"],
        "POST": acting(["owner"], refused=["teammate", "ccas"])["POST"],
    },
    "indicators:highlight": acting(["owner"], refused=["teammate", "ccas"]),
    # The CCAS prepares and publishes.
    "indicators:preparation": reading(["ccas"]),
    "indicators:summary_preview": reading(["ccas"]),
    "indicators:send_annexes": acting(["ccas"]),
    "indicators:summary_text": writing(["ccas"]),
    "indicators:problem_states": writing(["ccas"]),
    "indicators:highlights": writing(["ccas"]),
    "indicators:proof": writing(["ccas"]),
    "indicators:proof_file": reading(["ccas"]),
    "indicators:publication": {
        **acting(["ccas"]),
        "POST": acting(["ccas"])["POST"] | {"ccas": "conflict"},  # nothing is ready: the page says why
    },
}

CHARTER_TEXT = {
    "charter:charter": public(),
    "charter:current_pdf": public(),
    "charter:article": public(),
    "charter:versions": public(),
    "charter:version": public(),
    "charter:pdf": public(),
    "charter:data": public(),
    "charter:comparison": public(),
    # The CCAS writes the next one; it shows the others nothing of it.
    "charter:draft": writing(["ccas"]),
    "charter:preview": reading(["ccas"]),
    "charter:draft_comparison": reading(["ccas"]),
    "charter:summaries": writing(["ccas"]),
    "charter:adoption": writing(["ccas"]),
    "charter:drop_draft": {
        **writing(["ccas"]),
        "POST": writing(["ccas"])["POST"] | {"ccas": "conflict"},  # without the draft that the page had shown
    },
}

CHARTER_SIGNING = {
    # Anybody reads who has signed and verifies a code; a link is its own key.
    "charter:register": public(),
    "charter:register_csv": public(),
    "charter:verify": public(),
    "charter:verification": public(),
    # Nothing says which text was on the page: it is to be read again.
    "charter:sign_by_link": {**public(), "POST": dict.fromkeys(EVERYONE, "conflict")},
    "charter:certificate_by_link": {  # nothing is signed with this one yet
        "GET": dict.fromkeys(EVERYONE, "no"),
        "POST": dict.fromkeys(EVERYONE, "method"),
    },
    # Where a structure stands is seen by its members and the CCAS; its responsable signs and withdraws.
    "charter:choose": reading(SIGNED_IN),
    "charter:sign": {
        **reading([*PANIER, "ccas"]),
        "POST": acting([], refused=["teammate", "ccas"])["POST"] | {"owner": "conflict"},
    },
    "charter:withdraw": {
        "GET": reading(["owner"])["GET"] | {"teammate": "refused", "ccas": "refused"},
        "POST": acting([], refused=["teammate", "ccas"])["POST"] | {"owner": "conflict"},
    },
    "charter:ask_link": {
        "GET": reading(["owner", "ccas"])["GET"] | {"teammate": "refused"},
        "POST": acting(["owner", "ccas"], refused=["teammate"])["POST"],
    },
    "charter:cancel_link": acting(["owner", "ccas"], refused=["teammate"]),
    "charter:certificate": reading([*PANIER, "ccas"]),
    # Papers: entered by the CCAS, answered by the responsable; an empty answer changes nothing.
    "charter:enter_paper": {
        "GET": reading(["ccas"])["GET"] | dict.fromkeys(PANIER, "refused"),
        "POST": acting(["ccas"], refused=PANIER)["POST"],
    },
    "charter:paper": {
        "GET": reading([*PANIER, "ccas"])["GET"],
        "POST": acting(["owner"], refused=["teammate", "ccas"])["POST"],
    },
    "charter:paper_scan": reading([*PANIER, "ccas"]),
    # Who has not signed is for the CCAS alone.
    "charter:follow_up": reading(["ccas"]),
    "charter:remind": acting(["ccas"]),
}

CHARTER_LANDMARKS = {
    "charter:landmarks": reading(["stranger", *PANIER, "ccas"]),
    "charter:landmarks_of": writing(PANIER),
}

TABLE |= CHARTER_TEXT | CHARTER_SIGNING | CHARTER_LANDMARKS

NETWORK = ["stranger", *PANIER, "ccas"]  # whoever belongs to an open structure, and the CCAS
RUNNERS = ["owner", "ccas"]  # the Panier's responsable animates the group whose meetings these are

MEETINGS = {
    "network:meetings": reading(SIGNED_IN),  # told how to come in, without structure
    "network:past_meetings": reading(NETWORK),
    "network:add_meeting": writing(["ccas"]),  # of the whole network, when no group is named
    "network:groups": reading(NETWORK),
    "network:add_group": writing(["ccas"]),
    "network:group": reading(NETWORK),
    "network:edit_group": writing(["ccas"]),
    "network:group_members": acting(NETWORK),  # oneself; others by who animates
    "network:meeting": reading(NETWORK),
    "network:calendar_file": reading(NETWORK),
    "network:edit_meeting": writing(RUNNERS),
    "network:agenda": writing(RUNNERS),
    "network:cancel_meeting": writing(RUNNERS),
    "network:invitations": writing(RUNNERS),
    "network:withdraw_invitation": acting(RUNNERS),
    "network:tell_agenda": acting(RUNNERS),
    "network:answer": acting(["owner", "stranger"]),  # those invited, the members of the group
    "network:answer_by_link": dict.fromkeys(["GET", "POST"], dict.fromkeys(EVERYONE, "ok")),  # who holds the link
    "network:attendance": writing(RUNNERS),
    "network:minutes": writing(RUNNERS),
    "network:publish_minutes": acting(RUNNERS),
    "network:correct_minutes": acting(RUNNERS),
    "network:add_decision": acting(RUNNERS),
    "network:settle_decision": writing(["stranger", *RUNNERS]),  # the Halte is in charge of it
    "network:problems": reading(NETWORK),
    "network:add_problem": writing(NETWORK),
    "network:problem": reading(NETWORK),
    "network:edit_problem": writing(RUNNERS),  # and whoever told it: the owner
    "network:meet_too": acting(NETWORK),
    "network:follow_problem": writing(RUNNERS),  # told at a meeting of the group
}

TABLE |= MEETINGS

PEOPLE = {
    "people:structures": reading(SIGNED_IN),  # every structure for the CCAS, one's own for the others
    "people:administrators": reading(["ccas"]),
    "people:invite_administrator": writing(["ccas"]),
    "people:people": reading([*PANIER, "ccas"]),
    "people:invite": {
        "GET": reading(RUNNERS)["GET"] | {"teammate": "refused"},
        "POST": acting(RUNNERS, refused=["teammate"])["POST"],
    },
    "people:member": {
        "GET": reading(RUNNERS)["GET"] | {"teammate": "refused"},
        "POST": acting(RUNNERS, refused=["teammate"])["POST"],
    },
    "people:remove": {  # the Panier's only responsable: it is said first
        "GET": reading(RUNNERS)["GET"] | {"teammate": "refused"},
        "POST": acting([], refused=["teammate"])["POST"] | dict.fromkeys(RUNNERS, "conflict"),
    },
    "people:send_again": acting(RUNNERS),
    "people:cancel": acting(RUNNERS),  # a second click changes nothing
    # Who holds the link; it is for an address without account, and says so to who is signed in.
    "people:accept": {
        "GET": dict.fromkeys(EVERYONE, "ok"),
        "POST": dict.fromkeys(SIGNED_IN, "conflict") | {"anyone": "ok"},
    },
}

TABLE |= PEOPLE
PEOPLE_OVER_TIME = {
    "people:own": writing(SIGNED_IN),
    "people:erase": writing(SIGNED_IN),  # led to confirm first that it is them
    "people:forget_devices": acting(SIGNED_IN),
    "people:act_for": acting(SIGNED_IN),  # another's structure changes nothing
    "people:follow_up": reading(["ccas"]),
    "people:restore_second_factor": writing([]),  # the CCAS for another account than its own: test_people_over_time
    # Who answers for the Panier is seen by its members and the CCAS; a post that names no change changes nothing.
    "people:succession": {
        "GET": reading([*PANIER, "ccas"])["GET"],
        "POST": acting([*PANIER, "ccas"])["POST"],
    },
    "people:name_responsable": writing(["ccas"]),
    "people:confirm_succession": acting([*PANIER, "ccas"]),
    "people:stop_succession": acting([*PANIER, "ccas"]),
    "people:roll_call": writing(["owner"]),
}

TABLE |= PEOPLE_OVER_TIME

AGENTS = ["stranger", "owner"]  # each with the dossier right in their own structure; the dossier is the Panier's


def with_a_card():
    """Without one, everybody is led to where one enters."""
    return {"GET": dict.fromkeys(EVERYONE, "method"), "POST": dict.fromkeys(EVERYONE, "ok")}


DOSSIERS = {
    "consent:dossiers": reading(AGENTS),
    "consent:hat": acting(AGENTS),
    "consent:new": writing(AGENTS),
    "consent:rights": writing(["owner"]),
    "consent:overview": reading(["ccas"]),
    "consent:convention": reading(["owner", "ccas"]),
    "consent:count_help": acting(AGENTS),
    "consent:requests": reading(AGENTS),
    "consent:request": writing(["owner"]),  # put to the Panier
    "consent:emergency": writing(AGENTS),
    "consent:review": acting(["owner"]),  # the Halte opened a dossier of the Panier
    "consent:paper": reading(["owner"]),
    "consent:show_all": acting(["owner"]),
    "consent:dossier": writing(["owner"]),
    "consent:add_entry": acting(["owner"]),
    "consent:write_words": writing(["owner"]),
    "consent:share": writing(["owner"]),
    "consent:unshare": acting(["owner"]),
    "consent:card": acting(["owner"]),
    "consent:block_card": acting(["owner"]),
    "consent:end": writing(["owner"]),
    "consent:renew": writing(["owner"]),
    "consent:answer": acting(AGENTS),  # only to a question put to one's own structure; else led back to the list
    # The person's own: nobody has an account there.
    "consent:own": dict.fromkeys(["GET", "POST"], dict.fromkeys(EVERYONE, "ok")),
    "consent:own_words": with_a_card(),
    "consent:own_unshare": with_a_card(),
    "consent:own_question": with_a_card(),
    "consent:own_remark": with_a_card(),
    "consent:own_leave": with_a_card(),
    "consent:own_hide": with_a_card(),
    "consent:own_paper": public(),
    # Anybody asks for their file, follows their request, reads the notices.
    "consent:ask": dict.fromkeys(["GET", "POST"], dict.fromkeys(EVERYONE, "ok")),
    "consent:follow": dict.fromkeys(["GET", "POST"], dict.fromkeys(EVERYONE, "ok")),
    "consent:notices": public(),
    "consent:notice": public(),
    "consent:notice_sound": public(),
    "consent:own_share": dict.fromkeys(["GET", "POST"], dict.fromkeys(EVERYONE, "ok")),
    "consent:own_renew": dict.fromkeys(["GET", "POST"], dict.fromkeys(EVERYONE, "ok")),
    "consent:own_end": dict.fromkeys(["GET", "POST"], dict.fromkeys(EVERYONE, "ok")),
    "consent:own_copy": public(),
    "consent:own_copy_pdf": public(),
}

# allauth's pages: open to anyone, or to oneself; nothing there concerns somebody else.
ACCOUNT_PREFIX = "compte/"
# Django's admin: the CCAS alone, everybody else is led elsewhere.
GESTION_PREFIX = "gestion/"

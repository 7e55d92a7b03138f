import os
import shutil
import threading

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.test import Client
from playwright.sync_api import sync_playwright

from tests.cast import sign_in

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
COLOURS = {
    "runOnly": {"type": "tag", "values": ["cat.color"]},
    "rules": {"color-contrast-enhanced": {"enabled": False}},
}
VARIANTS = [  # in the dark only colours change; the last one is as pages are opened
    ("phone", PHONE, "light", {}),
    ("phone", PHONE, "dark", COLOURS),
    ("desk", DESK, "dark", COLOURS),
    ("desk", DESK, "light", {}),
]
# Once the page is drawn in its size and colours: what axe finds, by how much it runs off the screen, and by day the
# controls that a click would miss because something else covers them.
LOOK = """async ([options, width, scheme]) => {
    const frame = () => new Promise(requestAnimationFrame);
    const isDrawn = () => innerWidth === width && matchMedia(`(prefers-color-scheme: ${scheme})`).matches;
    do await frame(); while (!isDrawn());
    await frame();
    document.getAnimations().forEach(animation => animation.finish());
    const {violations} = await axe.run({resultTypes: ["violations"], ...options});
    const {scrollWidth, clientWidth} = document.documentElement;
    const {scrollX, scrollY} = window;
    const isCovered = control => {
        control.scrollIntoView({block: "center", behavior: "instant"});
        const {x, y, width, height} = control.getClientRects()[0];
        const met = document.elementFromPoint(x + width / 2, y + height / 2);
        return met && !control.contains(met) && met.control !== control;
    };
    const controls = "a[href], button, summary, input, select, textarea";
    const covered = scheme === "dark" ? [] : [...document.querySelectorAll(controls)]
        .filter(control => control.checkVisibility({visibilityProperty: true}) && !control.ariaHidden)
        .filter(isCovered);
    scrollTo(scrollX, scrollY);
    return [violations, scrollWidth - clientWidth, covered.map(control => control.outerHTML.slice(0, 120))];
}"""


class QuietHandler(WSGIRequestHandler):
    def log_message(self, format, *args):
        pass


@pytest.fixture(scope="session")
def server():
    """The portal on a free port of this machine, in this process: it follows the database of the test."""
    httpd = ThreadedWSGIServer(("127.0.0.1", 0), QuietHandler)
    httpd.daemon_threads = True
    httpd.set_app(get_wsgi_application())
    thread = threading.Thread(target=httpd.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{httpd.server_port}"
    httpd.shutdown()
    httpd.server_close()


@pytest.fixture(scope="session")
def chromium(django_db_setup):
    path = shutil.which("chromium")
    if path is None:
        message = "Chromium n’est pas installé (apt-get install chromium)."
        pytest.fail(message) if os.environ.get("REQUIRE_BROWSER") == "1" else pytest.skip(message)
    with sync_playwright() as playwright:
        sandbox = [] if os.geteuid() else ["--no-sandbox"]
        browser = playwright.chromium.launch(executable_path=path, args=[*sandbox, "--disable-background-networking"])
        yield browser
        browser.close()
        connections.close_all()  # those opened while Playwright's loop runs are out of reach once it has ended


@pytest.fixture
def open_page(chromium, server, fresh_database):
    """open_page(user, phone=…, scripts=…, density=…) gives a page signed in as that user.

    At the end of the test every page must have kept the Content-Security-Policy and thrown no script error.
    """
    contexts, complaints = [], []

    def open_one(user=None, *, phone=False, scripts=True, bypass_csp=False, density=1):
        context = chromium.new_context(
            base_url=server,
            viewport=PHONE if phone else DESK,
            java_script_enabled=scripts,
            color_scheme="light",
            bypass_csp=bypass_csp,
            device_scale_factor=density,
            locale="fr-FR",
        )
        contexts.append(context)
        if user is not None:
            context.add_cookies([session_cookie(user, server)])
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda m: complaints.append(m.text) if "Content Security" in m.text else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert not complaints


def session_cookie(user, server):
    client = Client()
    sign_in(client, user)
    return {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": server}


@pytest.fixture
def visit(open_page, axe_complaints):
    """visit(user, url): what is wrong with that page; each user keeps the same browser for the whole test."""
    pages = {}

    def complaints(user, url):
        if user not in pages:
            pages[user] = open_page(user, bypass_csp=True)
        answer = pages[user].goto(url)
        assert answer.ok, url
        return axe_complaints(pages[user])

    return complaints


@pytest.fixture(scope="session")
def axe_complaints():
    """axe_complaints(page): what is wrong with it on each screen, by day and in the dark, one line each.

    The page must be opened with bypass_csp=True; it is given back by day, in the size that it had.
    """

    def complaints(page):
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE_SCRIPT)
        before, lines = page.viewport_size, []
        for name, screen, scheme, options in VARIANTS:
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size(screen)
            violations, too_wide, covered = page.evaluate(LOOK, [options, screen["width"], scheme])
            found = [f"{v['id']}: {node['target']} {node['html'][:120]}" for v in violations for node in v["nodes"]]
            found += [f"{too_wide} px too wide"] if too_wide > 0 else []
            found += [f"covered: {control}" for control in covered]
            lines += [f"{page.url} ({name}, {scheme}) {line}" for line in found]
        page.set_viewport_size(before)
        return lines

    return complaints

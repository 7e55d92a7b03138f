import os
import shutil
import threading

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.test import Client
from playwright.sync_api import sync_playwright

from tests.cast import sign_in

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}


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
    """open_page(user, phone=…, scripts=…, dark=…) gives a page signed in as that user.

    At the end of the test every page must have kept the Content-Security-Policy and thrown no script error.
    """
    contexts, complaints = [], []

    def open_one(user=None, *, phone=False, scripts=True, dark=False, bypass_csp=False):
        context = chromium.new_context(
            base_url=server,
            viewport=PHONE if phone else DESK,
            java_script_enabled=scripts,
            color_scheme="dark" if dark else "light",
            bypass_csp=bypass_csp,
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


@pytest.fixture(scope="session")
def axe_complaints():
    """axe_complaints(page): what axe finds on it, one line each; needs a page opened with bypass_csp=True."""
    axe = Axe()

    def complaints(page):
        found = axe.run(page).response["violations"]
        return [f"{page.url} {v['id']}: {node['target']} {node['html'][:120]}" for v in found for node in v["nodes"]]

    return complaints

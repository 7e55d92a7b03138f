"""The mail server of the tests behaves as real ones do."""

import smtplib

import pytest
from django.core.mail import send_mail

from tests.smtp import words_of


def send(to="odile@essai.test"):
    return send_mail("Objet", "Bonjour, été comme hiver", None, [to])


def test_what_is_sent_is_received(smtp):
    assert send() == 1
    [message] = smtp.to("odile@essai.test")
    assert message["Subject"] == "Objet"
    assert "été comme hiver" in words_of(message)


def test_an_address_may_be_refused(smtp):
    smtp.refuse("odile@essai.test")
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send()
    assert send("marcel@essai.test") == 1


def test_the_server_goes_away_and_comes_back(smtp):
    smtp.go_away()
    with pytest.raises(ConnectionRefusedError):
        send()
    smtp.come_back()
    assert send() == 1


def test_a_slow_server_is_not_waited_for(smtp, settings):
    settings.EMAIL_TIMEOUT = 0.2
    smtp.slow(0.6)
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send()

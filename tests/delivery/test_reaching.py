"""Asking a provider whether it would take mails, each against its own other end on this machine."""

import socket
from dataclasses import replace
from pathlib import Path

import pytest

from newsletter.delivery.providers.base import Barred, Checked, Unreachable
from newsletter.delivery.providers.registry import provider_for
from newsletter.delivery.reaching import try_provider
from newsletter.site import Site
from tests.delivery.providers.places import smtp
from tests.delivery.worlds import make_site
from tests.stubs.sendgrid_stub import KEY, running_stub


def chosen(root: Path, name: str, **providers: object) -> Site:
    return make_site(root, delivery={"provider": name}, providers=providers)


def test_the_outbox_says_whether_it_can_be_written(tmp_path: Path) -> None:
    site = chosen(tmp_path, "outbox")
    assert (try_provider(site).level, try_provider(site).problems) == ("good", ())
    site.outbox.rename(tmp_path / "old")
    site.outbox.write_text("in the way")
    found = try_provider(site)
    assert found.level == "bad" and "cannot be written" in found.answer


def test_a_mail_server_that_answers_gets_no_mail(tmp_path: Path) -> None:
    with smtp(tmp_path) as place:
        section = place.provider.site.settings.providers.smtp
        site = chosen(tmp_path, "smtp", smtp=section.model_dump())
        found = try_provider(site)
        assert (found.level, found.mend) == ("good", "")
        assert f"127.0.0.1, port {section.port}, answers" in found.answer
        assert place.arrived() == []


def test_a_mail_server_that_is_not_there_says_what_to_look_at(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    found = try_provider(chosen(tmp_path, "smtp", smtp={"host": "127.0.0.1", "port": port, "tls": "none"}))
    assert found.level == "bad" and "cannot be reached" in found.answer and "port" in found.mend


def test_a_mail_server_without_tls_is_told_no_password(tmp_path: Path) -> None:
    with smtp(tmp_path) as place:
        port = place.provider.site.settings.providers.smtp.port
        login = {"user": "ana", "password": "secret"}
        found = try_provider(
            chosen(tmp_path, "smtp", smtp={"host": "127.0.0.1", "port": port, "tls": "starttls", **login})
        )
        assert found.level == "bad" and "lacks what the settings ask for" in found.answer
        away = chosen(tmp_path, "smtp", smtp={"host": "mail.example.org", "tls": "none", **login})
        assert "in the clear" in try_provider(away).answer, "it is refused before anything is contacted"


def test_sendgrid_says_what_the_key_may_do(tmp_path: Path) -> None:
    with running_stub() as stub:
        section = {"host": stub.host, "api_key": KEY}
        site = chosen(tmp_path, "sendgrid", sendgrid=section)
        assert try_provider(site).level == "good"
        stub.scopes = ["mail.send"]
        found = try_provider(site)
        assert found.level == "bad" and "lacks mail.batch.create, user.scheduled_sends.create" in found.answer
        at_once = chosen(tmp_path, "sendgrid", sendgrid={**section, "mode": "immediate"})
        assert try_provider(at_once).level == "good"
        wrong = chosen(tmp_path, "sendgrid", sendgrid={**section, "api_key": "SG.other"})
        found = try_provider(wrong)
        assert found.level == "bad" and "does not take the API key" in found.answer and "SG.other" not in found.answer
        assert stub.taken == []
    assert isinstance(provider_for(site, "sendgrid").reach(), Unreachable)


def test_what_is_missing_is_named_before_anybody_is_asked(tmp_path: Path) -> None:
    assert isinstance(provider_for(chosen(tmp_path, "sendgrid"), "sendgrid").reach(), Barred)
    assert isinstance(provider_for(chosen(tmp_path, "smtp"), "smtp").reach(), Barred)
    assert provider_for(chosen(tmp_path, "anymail"), "anymail").reach() is None
    found = try_provider(chosen(tmp_path, "anymail"))
    assert found.level == "warning" and any("no service is named" in one for one in found.problems)


@pytest.mark.parametrize("name", ["outbox"])
def test_a_yes_is_checked_and_nothing_else(tmp_path: Path, name: str) -> None:
    assert isinstance(provider_for(chosen(tmp_path, name), name).reach(), Checked)


def test_settings_that_readers_could_not_use_are_named_beside_the_answer(tmp_path: Path) -> None:
    site = chosen(tmp_path, "outbox")
    plain = site.settings.model_copy(
        update={"providers": site.settings.providers.model_copy(update={"allow_test_addresses": False})}
    )
    with smtp(tmp_path) as place:
        section = place.provider.site.settings.providers.smtp
        providers = plain.providers.model_copy(update={"smtp": section})
        delivery = plain.delivery.model_copy(update={"provider": "smtp"})
        found = try_provider(
            replace(site, settings=plain.model_copy(update={"providers": providers, "delivery": delivery}))
        )
    assert found.level == "good" and any("example address" in one for one in found.problems)

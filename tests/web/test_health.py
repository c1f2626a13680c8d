"""Health, and whether the public address leads here."""

from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest

from newsletter.models import WebhookInbox
from newsletter.reports import health, reachable
from newsletter.site import Site
from newsletter.site_edit import change_settings
from newsletter.web.server import listen

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 9, 12, tzinfo=UTC)


@pytest.fixture
def rosa(signed_in):
    return signed_in("administrator", name="Rosa")


class TestHealth:
    def lines(self, site, now=NOW):
        return {line.what: line for line in health.look(site, now=now)}

    def test_what_is_well_and_what_is_not(self, rosa, site):
        page = rosa.get("/health/").content.decode()
        for what in ("Store", "Disk", "Sending", "Provider", "Public address", "Backup", "Second factor", "Versions"):
            assert f"<strong>{what}</strong>" in page
        found = self.lines(site)
        assert found["Store"].level == "good" and "sound" in found["Store"].said
        assert found["Provider"].level == "warning"
        assert found["Public address"].level == "good"
        assert found["Backup"].level == "warning"
        assert found["Second factor"].level == "warning" and "Rosa" in found["Second factor"].said

    def test_the_age_of_the_backup(self, rosa, site):
        (site.data / "backed-up").write_text((NOW - timedelta(days=2)).isoformat())
        assert self.lines(site)["Backup"].said == "The last one was made 2 days ago."
        assert self.lines(site)["Backup"].level == "good"
        assert self.lines(site, NOW + timedelta(days=30))["Backup"].level == "warning"

    def test_a_provider_whose_settings_are_not_complete(self, rosa, site):
        now = change_settings(site.root, {"delivery.provider": "smtp"})
        found = self.lines(now)
        assert found["Provider"].level == "bad" and "no mail server" in found["Provider"].said
        assert found["Mailbox for bounces"].level == "warning"

    def test_what_came_in_and_was_not_looked_into(self, rosa, site):
        WebhookInbox.objects.create(provider="sendgrid", received_at=NOW - timedelta(hours=1), body=b"")
        found = self.lines(site)
        assert found["Webhook"].said == "The last one came in 1 hour ago."
        assert found["What is told back"].level == "bad"

    def test_mails_that_are_due_and_that_nobody_sends(self, rosa, site):
        from tests.delivery.worlds import make_mailing

        make_mailing(3)
        later = self.lines(site, datetime.now(UTC) + timedelta(days=3650))
        assert later["Sending"].level == "bad" and "newsletter serve" in later["Sending"].mend

    def test_a_full_disk(self, rosa, site, monkeypatch):
        for free, level in ((10**12, "good"), (500_000_000, "warning"), (1_000, "bad")):
            monkeypatch.setattr(health.shutil, "disk_usage", lambda _, free=free: type("U", (), {"free": free}))
            assert self.lines(site)["Disk"].level == level

    def test_the_provider_is_asked_by_a_button_only(self, rosa, site, monkeypatch):
        from newsletter.delivery.providers.outbox import Outbox

        asked = []
        reach = Outbox.reach
        monkeypatch.setattr(Outbox, "reach", lambda self: asked.append(1) or reach(self))
        rosa.get("/health/")
        assert asked == []
        assert "Mails go into this folder" in rosa.post("/health/", {"do": "provider"}).content.decode()
        assert asked == [1]


class TestPublicAddress:
    def ask(self, site, base):
        model = site.settings.site.model_copy(update={"base_url": base})
        return reachable.ask(Site(site.root, site.settings.model_copy(update={"site": model})))

    @pytest.fixture
    def served(self, site):
        """The address of the pages, in this process."""
        server = listen(0)
        thread = Thread(target=server.run)
        thread.start()
        yield f"http://127.0.0.1:{server.effective_port}"
        server.task_dispatcher.shutdown()  # whoever is being answered, is answered
        server.trigger.pull_trigger(lambda: server.asyncore.close_all(server._map))  # in its own thread
        thread.join(10)

    def test_it_leads_here(self, site, served):
        found = self.ask(site, served)
        assert (found.level, found.mend) == ("good", "")

    def test_it_leads_elsewhere_or_nowhere(self, site, served):
        import socket

        from tests.delivery.providers.places import http_server

        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        assert "cannot be reached" in self.ask(site, f"http://127.0.0.1:{port}").said
        assert self.ask(site, f"{served}/elsewhere").level == "bad"
        with http_server(lambda *_: (200, {})) as other:
            assert "answers 501" in self.ask(site, other).said

    def test_the_answer_cannot_be_made_by_another(self, visitor):
        one, two = (visitor.get("/health/here/", {"word": word}).content for word in ("a", "b"))
        assert one != two and len(one) == 64
        assert visitor.get("/health/here/").status_code == 200

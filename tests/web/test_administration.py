"""People, settings, audit, health."""

import csv
import io
import stat
import tomllib
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from django.test import Client
from django.utils import timezone

from newsletter.delivery import reader_notices
from newsletter.delivery.current import this_site
from newsletter.models import Account, Audit, Notice, WebhookInbox
from newsletter.reports import audit, health, reachable
from newsletter.site import Site, load_site, setting_keys
from newsletter.site_edit import change_settings
from newsletter.store import people, second_factor
from newsletter.web.administration.fields import field_of
from newsletter.web.server import listen

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 9, 12, tzinfo=UTC)


@pytest.fixture
def rosa(signed_in):
    return signed_in("administrator", name="Rosa")


def kept(site: Site, name: str = "newsletter.toml"):
    return tomllib.loads((site.root / name).read_text())


class TestPeople:
    def test_somebody_is_invited_and_comes_in(self, rosa, site):
        form = {"name": "Layla <b>", "email": "Layla@Example.org", "roles": ["editor", "sender"]}
        page = rosa.post("/people/new/", form).content.decode()
        layla = Account.objects.get(email="layla@example.org")
        link = page.split('value="')[2 if "csrf" in page.split('value="')[1] else 1].split('"')[0]
        assert f"https://news.example.org/welcome/{layla.pk}/" in page and "Layla &lt;b&gt;" in page
        assert "Layla <b>" not in page
        assert layla.roles == ["editor", "sender"] and not layla.has_usable_password()
        assert not Notice.objects.exists(), "by the outbox nobody is mailed"
        assert link not in rosa.get(f"/people/{layla.pk}/").content.decode()
        assert "Layla &lt;b&gt;" in rosa.get("/people/").content.decode()
        assert rosa.post("/people/new/", form).status_code == 400

    @pytest.mark.parametrize(
        ("form", "words"),
        [
            ({"name": "Cem", "email": "cem@example.org"}, "Choose one role"),
            ({"name": "Cem", "email": "cem@example.org", "roles": ["king"]}, "no role"),
            ({"name": "", "email": "cem@example.org", "roles": ["editor"]}, "name"),
            ({"name": "Cem", "email": "cem", "roles": ["editor"]}, "cem"),
        ],
    )
    def test_what_is_wrong_stands_beside_the_field(self, rosa, form, words):
        answer = rosa.post("/people/new/", form)
        assert answer.status_code == 400 and words in answer.content.decode()
        assert Account.objects.count() == 1

    def test_the_link_is_mailed_where_mails_go_out_and_kept_nowhere(self, rosa, site, settings):
        change_settings(site.root, {"delivery.provider": "smtp"})
        rosa.post("/people/new/", {"name": "Layla", "email": "layla@example.org", "roles": ["editor"]})
        notice = Notice.objects.get()
        assert (notice.state, notice.kind, notice.address) == ("waiting", "invited", "layla@example.org")
        assert set(notice.values) == {"account"}
        change_settings(site.root, {"delivery.provider": None})
        reader_notices.send_waiting(load_site(site.root, {}), now=timezone.now)
        [mail] = (site.notices / "new").iterdir()
        text = mail.read_text().replace("=\n", "")
        assert f"https://news.example.org/welcome/{Account.objects.get(name='Layla').pk}/" in text
        assert Notice.objects.get().address == ""

    def test_the_mail_is_not_sent_to_who_lost_access(self, rosa, site):
        change_settings(site.root, {"delivery.provider": "smtp"})
        rosa.post("/people/new/", {"name": "Layla", "email": "layla@example.org", "roles": ["editor"]})
        Account.objects.filter(name="Layla").update(is_active=False)
        change_settings(site.root, {"delivery.provider": None})
        reader_notices.send_waiting(load_site(site.root, {}), now=timezone.now)
        assert not (site.notices / "new").exists() or not list((site.notices / "new").iterdir())
        assert Notice.objects.get().state == "failed"

    def test_roles_change_and_hold_at_once(self, rosa, signed_in):
        layla = signed_in("editor", name="Layla")
        number = Account.objects.get(name="Layla").pk
        assert layla.get("/people/").status_code == 403
        rosa.post(f"/people/{number}/", {"do": "roles", "roles": ["administrator"]})
        assert layla.get("/people/").status_code == 200
        assert rosa.post(f"/people/{number}/", {"do": "roles"}).status_code == 400
        found = Audit.objects.get(action="gave roles")
        assert found.detail == {"before": ["editor"], "roles": ["administrator"]}

    def test_the_last_administrator_stays_one(self, rosa):
        number = Account.objects.get().pk
        Account.objects.make("old@example.org", name="Old", roles=["administrator"])
        Account.objects.filter(name="Old").update(is_active=False)
        for form in ({"do": "roles", "roles": ["editor"]}, {"do": "end"}):
            answer = rosa.post(f"/people/{number}/", form)
            assert answer.status_code == 400 and b"last administrator" in answer.content
        assert people.is_administrator(Account.objects.get(pk=number))

    def test_who_gives_up_the_role_leaves_the_page(self, rosa):
        Account.objects.make("ben@example.org", name="Ben", roles=["administrator"])
        number = Account.objects.get(name="Rosa").pk
        answer = rosa.post(f"/people/{number}/", {"do": "roles", "roles": ["editor"]})
        assert answer.headers["Location"] == "/"
        assert rosa.get("/people/").status_code == 403

    def test_access_ends_and_comes_back_by_another_link(self, rosa, signed_in):
        layla = signed_in("editor", name="Layla")
        account = Account.objects.get(name="Layla")
        old = people.link_of(account, "")
        rosa.post(f"/people/{account.pk}/", {"do": "end"})
        assert layla.get("/").status_code == 302
        assert Client().get(old, headers={"host": "127.0.0.1"}).status_code == 410
        page = rosa.post(f"/people/{account.pk}/", {"do": "again"}).content.decode()
        assert "/welcome/" in page
        account.refresh_from_db()
        assert account.is_active and account.roles == ["editor"] and not account.has_usable_password()

    def test_a_second_factor_is_reset(self, rosa):
        from django_otp.plugins.otp_totp.models import TOTPDevice

        layla = Account.objects.make("layla@example.org", name="Layla", roles=["editor"])
        TOTPDevice.objects.create(user=layla, key=second_factor.new_key())
        rosa.post(f"/people/{layla.pk}/", {"do": "second"})
        assert not second_factor.has_one(layla)
        assert Audit.objects.get(action="reset second factor").object == "person Layla"


class TestSettings:
    def test_every_setting_has_a_field_in_some_section(self, rosa, site):
        page = rosa.get("/settings/").content.decode()
        sections = {key.rpartition(".")[0] for key in setting_keys() if "." in key} | {"attributes"}
        for name in sections:
            assert f"/settings/{name}/" in page
            assert rosa.get(f"/settings/{name}/").status_code == 200
        for key in setting_keys():
            if key != "attributes":
                own = rosa.get(f"/settings/{key.rpartition('.')[0]}/").content.decode()
                assert f'name="{key}"' in own, key
        assert rosa.get("/settings/nothing/").status_code == 404
        assert rosa.get("/settings/site.name/").status_code == 404

    def test_a_change_is_written_kept_in_the_audit_and_holds_at_once(self, rosa, site):
        before = (site.root / "newsletter.toml").read_text()
        form = {key: field_of(site, key).value for key in setting_keys() if key.startswith("site.")}
        assert rosa.post("/settings/site/", form).status_code == 302
        assert (site.root / "newsletter.toml").read_text() == before, "what is as it was is not written"
        rosa.post("/settings/site/", form | {"site.name": "New <name>", "site.archive": "true"})
        assert (kept(site)["site"]["name"], kept(site)["site"]["archive"]) == ("New <name>", True)
        assert "New &lt;name&gt;" in rosa.get("/").content.decode()
        assert (site.root / "newsletter.toml").read_text().count("#") == before.count("#"), "comments stay"
        detail = Audit.objects.get(action="changed settings").detail["settings"]
        assert detail == {"site.name": ["Example Network", "New <name>"], "site.archive": ["false", "true"]}
        rosa.post("/settings/site/", form | {"site.name": "New <name>"})
        assert kept(site)["site"]["archive"] is False

    def test_mistakes_stand_beside_their_fields_and_nothing_is_saved(self, rosa, site):
        before = kept(site)
        answer = rosa.post(
            "/settings/site/", {"site.name": "Fine", "site.timezone": "Geneva", "site.base_url": "ftp://<x>"}
        )
        page = answer.content.decode()
        assert answer.status_code == 400 and kept(site) == before
        assert "is not a time zone" in page and "is not an https" in page and 'value="Fine"' in page
        assert page.count('aria-invalid="true"') == 2 and "ftp://<x>" not in page
        spans = rosa.post("/settings/delivery/", {"delivery.provider": "outbox", "delivery.undo": "soon"})
        assert "span of time" in spans.content.decode()

    def test_an_empty_field_brings_the_default_back(self, rosa, site):
        rosa.post("/settings/delivery/", {"delivery.per_second": "14", "delivery.undo": "90s"})
        assert kept(site)["delivery"] == {"per_second": 14, "undo": "90s"}
        rosa.post("/settings/delivery/", {"delivery.per_second": "", "delivery.undo": ""})
        assert kept(site).get("delivery", {}) == {}

    def test_what_comes_from_the_environment_is_read_only_and_says_so(self, rosa, site, settings, monkeypatch):
        monkeypatch.setenv("NEWSLETTER_SITE__NAME", "From outside")
        settings.NEWSLETTER_SITE = load_site(site.root)
        page = rosa.get("/settings/site/").content.decode()
        assert "environment NEWSLETTER_SITE__NAME" in page and 'value="From outside"' in page
        before = kept(site)
        rosa.post("/settings/site/", {"site.name": "Inside"})
        assert kept(site)["site"].get("name") == before["site"]["name"]

    @pytest.mark.parametrize(
        "key",
        ["database.url", "secrets.secret_key", "providers.sendgrid.host", "providers.allow_test_addresses"],
    )
    def test_what_is_dangerous_is_not_changed_here(self, rosa, site, key):
        before = (kept(site), kept(site, "secrets.toml"))
        section = key.rpartition(".")[0]
        assert "Not changed here." in rosa.get(f"/settings/{section}/").content.decode()
        rosa.post(f"/settings/{section}/", {key: "https://evil.example.org", f"{key}.remove": "true"})
        assert (kept(site), kept(site, "secrets.toml")) == before

    def test_a_secret_is_replaced_taken_away_and_never_shown(self, rosa, site):
        path = "/settings/providers.sendgrid/"
        rosa.post(path, {"providers.sendgrid.api_key": "SG.first"})
        assert kept(site, "secrets.toml")["providers"]["sendgrid"]["api_key"] == "SG.first"
        assert stat.S_IMODE((site.root / "secrets.toml").stat().st_mode) == 0o600
        assert "SG.first" not in rosa.get(path).content.decode()
        rosa.post(path, {"providers.sendgrid.api_key": ""})
        assert kept(site, "secrets.toml")["providers"]["sendgrid"]["api_key"] == "SG.first"
        rosa.post(path, {"providers.sendgrid.api_key": "SG.second"})
        assert this_site().settings.providers.sendgrid.api_key.get_secret_value() == "SG.second"
        wrong = rosa.post(path, {"providers.sendgrid.api_key": "SG.third", "providers.sendgrid.region": "moon"})
        assert wrong.status_code == 400 and "SG.third" not in wrong.content.decode()
        rosa.post(path, {"providers.sendgrid.api_key.remove": "true"})
        assert "api_key" not in kept(site, "secrets.toml")["providers"]["sendgrid"]
        assert not any("SG." in str(one.detail) for one in Audit.objects.all())

    @pytest.mark.parametrize(
        ("section", "place", "secret"),
        [
            ("providers.smtp", {"providers.smtp.host": "evil.example.org"}, "providers.smtp.password"),
            ("providers.smtp", {"providers.smtp.tls": "none"}, "providers.smtp.password"),
            (
                "providers.anymail",
                {"providers.anymail.api_url": "https://evil.example.org"},
                "providers.anymail.api_key",
            ),
            ("bounces", {"bounces.host": "evil.example.org"}, "bounces.password"),
        ],
    )
    def test_a_secret_is_not_told_to_another_server(self, rosa, site, section, place, secret):
        change_settings(site.root, {secret: "hush", "providers.smtp.host": "mail.example.org"})
        answer = rosa.post(f"/settings/{section}/", place)
        assert answer.status_code == 400 and "type it again" in answer.content.decode().lower()
        [(key, value)] = place.items()
        assert value not in (site.root / "newsletter.toml").read_text() or key == "providers.smtp.tls"
        assert rosa.post(f"/settings/{section}/", place | {secret: "hush"}).status_code == 302
        assert value in (site.root / "newsletter.toml").read_text()

    def test_a_file_with_a_mistake_is_not_written_over(self, rosa, site):
        (site.root / "newsletter.toml").write_text("[site]\nname = 'x'\nnonsense = 1\n")
        answer = rosa.post("/settings/sender/", {"sender.email": "other@example.org"})
        assert answer.status_code == 400 and "there is no setting" in answer.content.decode()
        assert "other@" not in (site.root / "newsletter.toml").read_text()

    def test_attributes_come_and_go(self, rosa, site):
        path = "/settings/attributes/"
        rosa.post(path, {"name": ["city", "role", ""], "kind": ["text", "member, ally", ""]})
        assert this_site().settings.attributes == {"city": "text", "role": ("member", "ally")}
        from subscribers import attributes

        assert set(attributes.declared()) >= {"city", "role"}, "readers have them at once"
        rosa.post(path, {"name": ["role", "since"], "kind": ["member, ally", "date"]})
        assert this_site().settings.attributes == {"role": ("member", "ally"), "since": "date"}
        for names, kinds, words in (
            (["email"], ["text"], "of every site"),
            (["Home Town"], ["text"], "cannot be a reader field"),
            (["a.b"], ["text"], "small letters"),
            (["age"], ["integer"], "write text"),
            (["x", "x"], ["text", "date"], "twice"),
        ):
            answer = rosa.post(path, {"name": names, "kind": kinds})
            assert answer.status_code == 400 and words in answer.content.decode(), names
        assert this_site().settings.attributes == {"role": ("member", "ally"), "since": "date"}

    def test_two_who_save_at_once_both_have_their_way(self, site):
        threads = [
            Thread(target=change_settings, args=(site.root, {f"attributes.a{number}": "text"})) for number in range(8)
        ]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        assert len(kept(site)["attributes"]) == 8

    def test_another_process_sees_a_change_at_once(self, site):
        from newsletter.delivery.current import Current

        elsewhere = Current(load_site(site.root, {}))
        change_settings(site.root, {"site.name": "Changed"})
        assert elsewhere().settings.site.name == "Changed"
        assert (site.root / "newsletter.toml").stat().st_mode & 0o077 == 0


class TestAudit:
    @pytest.fixture
    def rows(self, db):
        for number in range(120):
            Audit.objects.create(
                actor="Ana" if number % 2 else "=Ben",
                action="paused" if number % 3 else "resumed",
                object=f"mailing {number}",
                at=NOW - timedelta(days=120 - number),
                detail={"<k>": "<script>", "list": ["a", "b"]},
            )

    def test_it_is_shown_page_by_page(self, rosa, rows):
        first = rosa.get("/audit/").content.decode()
        assert "mailing 119" in first and "mailing 69" not in first
        assert "<script>" not in first.split("</head>")[1] and "&lt;script&gt;" in first
        following = first.split("before=")[1].split('"')[0]
        second = rosa.get(f"/audit/?before={following}").content.decode()
        assert "mailing 69" in second and "mailing 70<" not in second
        seen, before = [], 0
        while True:
            page, before = audit.page(audit.Wanted(), before)
            seen += [row.object for row in page]
            if not before:
                break
        assert seen == [f"mailing {number}" for number in reversed(range(120))]

    def test_it_is_filtered_by_person_action_object_and_day(self, rosa, rows):
        def found(**wanted):
            return [row.object for row in audit.Wanted(**wanted).rows()]

        assert len(found(actor="Ana")) == 60
        assert len(found(action="resumed")) == 40
        assert found(object="MAILING 119") == ["mailing 119"]
        day = (NOW - timedelta(days=1)).date()
        assert found(first=day, last=day) == ["mailing 119"]
        assert found(first=day + timedelta(days=1)) == []
        page = rosa.get("/audit/", {"actor": "Ana", "object": "mailing 119", "first": "2026-11-08"}).content.decode()
        assert "mailing 119" in page and "mailing 117" not in page
        assert "Write a day as" in rosa.get("/audit/?first=nonsense").content.decode()
        assert rosa.get("/audit/?first=9999-12-31&last=0001-01-01&before=x").status_code == 200
        assert "Nothing fits" in rosa.get("/audit/?object=nothing").content.decode()

    def test_days_are_those_of_the_site(self, db):
        Audit.objects.create(actor="A", action="x", object="y", at=datetime(2026, 11, 8, 23, 30, tzinfo=UTC))
        day = datetime(2026, 11, 9).date()
        assert audit.Wanted(first=day, last=day, zone="Europe/Zurich").rows().count() == 1
        assert audit.Wanted(first=day, last=day, zone="UTC").rows().count() == 0

    def test_it_is_taken_away_as_csv(self, rosa, rows):
        answer = rosa.get("/audit/audit.csv?actor=%3DBen")
        table = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode())))
        assert table[0] == ["at", "actor", "action", "object", "detail"]
        assert len(table) == 61 and {row[1] for row in table[1:]} == {"'=Ben"}
        assert "attachment" in answer.headers["Content-Disposition"]


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
        server.close()
        server.asyncore.close_all(server._map)
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

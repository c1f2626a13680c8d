"""The settings as forms."""

import stat
import tomllib
from threading import Thread

import pytest

from newsletter.delivery.current import this_site
from newsletter.models import Audit
from newsletter.site import Site, load_site, setting_keys
from newsletter.site_edit import change_settings
from newsletter.web.administration.fields import field_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def rosa(signed_in):
    return signed_in("administrator", name="Rosa")


def kept(site: Site, name: str = "newsletter.toml"):
    return tomllib.loads((site.root / name).read_text())


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

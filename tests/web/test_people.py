"""People: who may sign in, and what each may do."""

import pytest
from django.test import Client
from django.utils import timezone

from newsletter.delivery import reader_notices
from newsletter.models import Account, Audit, Notice
from newsletter.site import load_site
from newsletter.site_edit import change_settings
from newsletter.store import people, second_factor

pytestmark = pytest.mark.django_db


@pytest.fixture
def rosa(signed_in):
    return signed_in("administrator", name="Rosa")


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

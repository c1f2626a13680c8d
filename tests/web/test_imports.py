"""Readers from files at the desk: looked at first, then taken in, then taken back; nothing half done."""

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from newsletter.site import Site
from newsletter.store import import_jobs
from subscribers.models import Import, MailingList, Subscriber

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("site")]
People = Callable[..., Client]
CSV = "E-mail,Vorname,Land\nana@example.org,Ana,CH\nbea@example.org,Bea,FR\nnot an address,X,Y\n"


@pytest.fixture
def upr() -> MailingList:
    return MailingList.objects.create(slug="upr", name="UPR Network")


def bring(browser: Client, text: str = CSV, name: str = "../readers<b>.csv") -> str:
    """The path of the job once the file was looked at."""
    file = SimpleUploadedFile(name, text.encode())
    path = browser.post("/imports/new/", {"list": "upr", "file": file})["Location"]
    settle(browser, path)
    return path


def settle(browser: Client, path: str) -> str:
    """The page of a job once nobody works on it."""
    for _ in range(200):
        html = browser.get(path).content.decode()
        if 'id="progress"' not in html:
            return html
        time.sleep(0.05)
    raise AssertionError("the job does not end")


def test_a_file_is_looked_at_and_changes_nothing(signed_in: People, upr: MailingList, site: Site) -> None:
    html = settle(sender := signed_in("sender"), bring(sender))
    assert "new on the list" in html and "ana@example.org" in html and "refused" in html
    assert "readers&lt;b&gt;.csv" in html
    assert not Subscriber.objects.exists()
    (folder,) = (site.data / "imports").iterdir()
    assert folder.stat().st_mode & 0o077 == 0 and (folder / "upload").stat().st_mode & 0o077 == 0


def test_it_is_taken_in_on_a_ground_and_taken_back(signed_in: People, upr: MailingList, site: Site) -> None:
    sender = signed_in("sender")
    path = bring(sender)
    answer = sender.post(path, {"do": "import"})
    assert answer.status_code == 400 and "on what ground" in answer.content.decode()
    assert not Subscriber.objects.exists()
    answer = sender.post(path, {"do": "import", "basis": "membership"})
    assert answer.status_code == 400 and "where their consent comes from" in answer.content.decode()
    sender.post(path, {"do": "import", "basis": "opt-in", "source": "sheet"})
    html = settle(sender, path)
    assert "up to date with the file" in html
    assert set(Subscriber.objects.values_list("email", flat=True)) == {"ana@example.org", "bea@example.org"}
    run = Import.objects.get()
    assert (run.basis, run.source, run.actor, run.filename) == ("opt-in", "sheet", "Ana", "readers<b>.csv")
    errors = sender.get(f"{path}errors/")
    assert b"not an address" in b"".join(errors.streaming_content)
    (folder,) = (site.data / "imports").iterdir()
    assert not (folder / "upload").exists() and not (folder / "readers<b>.csv").exists()
    detail = sender.get(f"/imports/{run.pk}/").content.decode()
    assert "2 readers who came by it" in detail
    back = sender.post(f"/imports/{run.pk}/")["Location"]
    assert "The import is taken back" in settle(sender, back)
    run.refresh_from_db()
    assert run.undone_by == "Ana"


def test_columns_are_chosen_and_looked_at_again(signed_in: People, upr: MailingList) -> None:
    sender = signed_in("sender")
    path = bring(sender, CSV.replace("Vorname", "Whatever"))
    html = settle(sender, path)
    titles = re.findall(r'name="title" value="([^"]+)"', html)
    assert titles == ["E-mail", "Whatever", "Land"]
    sender.post(path, {"do": "look", "title": titles, "field": ["email", "first_name", "-"]})
    assert 'value="first_name" selected' in settle(sender, path)
    sender.post(path, {"do": "import", "basis": "opt-in", "title": titles, "field": ["email", "first_name", "-"]})
    settle(sender, path)
    assert Subscriber.objects.get(email="ana@example.org").attributes == {"first_name": "Ana"}


def test_a_file_that_holds_no_readers_says_so(signed_in: People, upr: MailingList) -> None:
    sender = signed_in("sender")
    html = settle(sender, bring(sender, "a,b\n1,2\n"))
    assert 'role="alert"' in html and "Take in" not in html
    assert not Import.objects.exists()


@pytest.mark.parametrize(("sent", "said"), [({}, "Choose the list"), ({"list": "upr"}, "Choose a file")])
def test_nothing_to_look_at(signed_in: People, upr: MailingList, sent: dict[str, str], said: str) -> None:
    answer = signed_in("sender").post("/imports/new/", sent)
    assert answer.status_code == 400 and said in answer.content.decode()


def test_the_same_file_twice_changes_nothing(signed_in: People, upr: MailingList) -> None:
    sender = signed_in("sender")
    for _ in range(2):
        path = bring(sender)
        sender.post(path, {"do": "import", "basis": "opt-in"})
        settle(sender, path)
    assert Import.objects.count() == 1


def test_what_was_only_looked_at_can_be_thrown_away(signed_in: People, upr: MailingList, site: Site) -> None:
    sender = signed_in("sender")
    path = bring(sender)
    sender.post(f"{path}give-up/")
    assert not list((site.data / "imports").iterdir())
    assert sender.get(path).status_code == 404


def test_a_job_that_was_killed_is_told_and_started_again(signed_in: People, upr: MailingList, site: Site) -> None:
    sender = signed_in("sender")
    path = bring(sender)
    (folder,) = (site.data / "imports").iterdir()
    told = (folder / "job.json").read_text().replace('"looked"', '"importing"')
    (folder / "job.json").write_text(told)
    assert "It was interrupted, and nothing was changed" in sender.get(path).content.decode()
    sender.post(path, {"do": "import", "basis": "opt-in"})
    assert "up to date with the file" in settle(sender, path)


def test_two_clicks_are_one_import(site: Site, upr: MailingList, tmp_path: Path) -> None:
    job = import_jobs.put(site, "a.csv", [CSV.encode()], list_slug="upr", by="Ana")
    with import_jobs._locked(site.data / "imports" / job.token):
        assert not import_jobs.start(site, job, choice={"basis": "opt-in"}, dry_run=False)
    assert not Import.objects.exists()


@pytest.mark.parametrize("token", ["x" * 22, "../../../../etc/passw"])
def test_a_job_that_is_none(signed_in: People, token: str) -> None:
    sender = signed_in("sender")
    assert sender.get(f"/imports/job/{token}/").status_code == 404
    assert sender.get(f"/imports/job/{token}/errors/").status_code == 404

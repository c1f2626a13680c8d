"""Sample data to play with: an issue and made-up readers. ``newsletter.delivery.unsampling`` takes them away."""

from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from newsletter.models import Account, Audit, Issue
from newsletter.site import Site
from newsletter.store.revisions import import_issue
from subscribers.importing import import_file
from subscribers.models import MailingList

FOLDER = Path(__file__).parent.parent / "sample"
LIST = "sample-readers"
SLUG = "sample-october-2020"
ACTOR = "sample data"


def are_there() -> bool:
    """Whether the site has the sample data, or some of it."""
    return MailingList.objects.filter(slug=LIST).exists() or Issue.objects.filter(slug=SLUG).exists()


def add(site: Site, *, account: Account, at: datetime) -> None:
    """The issue of ``newsletter demo`` as ``SLUG``, and its 1,000 readers, who live at example.org, .com and .net, on
    the list ``LIST``. Where they are already, nothing changes."""
    readers, _ = MailingList.objects.get_or_create(slug=LIST, defaults={"name": "Sample readers"})
    import_file(FOLDER / "readers.csv", readers, at=at, actor=ACTOR, basis="opt-in", source=ACTOR)
    text = (FOLDER / "october-2020.md").read_text(encoding="utf-8").replace('list = "upr-network"', f'list = "{LIST}"')
    with TemporaryDirectory(dir=site.data) as folder:
        path = Path(folder) / f"{SLUG}.md"
        path.write_text(text, encoding="utf-8")
        import_issue(site, path, author=account.name, at=at, account=account)
    Audit.objects.create(actor=account.name, action="added sample data", object=f"list {LIST}", at=at)

"""What is looked at in the preview, and how it comes into the store."""

from tests.browser import chromium  # noqa: F401 - the fixture ``browser``

ISSUE = """\
+++
title = "Our news"
subject = "Our news, {{first_name|friend}}"
preheader = "What was said, and what you can do now."
+++

Hello {{first_name|friend}}.

## The delegation

```image
src = "group.png"
alt = "Twelve people with banners"
```

## More

```resources
[[links]]
label = "The page"
url = "https://www.example.org/page"
```
""" + "".join(f"\n## Item {number}\n\n{'Some text. ' * 40}\n" for number in range(8))
SPANISH = '+++\ntitle = "Noticias"\nsubject = "Noticias"\nlanguage = "es"\n+++\n\nHola.\n'
SCRIPT = f"""
from datetime import UTC, datetime
from PIL import Image
from newsletter.store.revisions import import_issue
from subscribers.models import Subscriber
Image.new("RGB", (80, 40), "red").save(site.issues / "group.png")
Image.new("RGB", (80, 40), "blue").save(site.root / "logo.png")
settings = site.root / "newsletter.toml"
settings.write_text(settings.read_text().replace('# logo = "logo.png"', 'logo = "logo.png"'))
(site.issues / "news.md").write_text({ISSUE!r})
(site.issues / "news.es.md").write_text({SPANISH!r})
import_issue(site, site.issues / "news.md", author="tests", at=datetime.now(UTC))
known = dict(name="Zoë Adams", attributes={{"first_name": "Zoë"}})
Subscriber.objects.create(email="zoe@example.net", email_norm="zoe@example.net", **known)
"""

"""Reports and pages worth reading."""

from typing import ClassVar, Self

from pydantic import Field, model_validator

from newsletter.items.base import Item, Part
from newsletter.items.text import FilePath, Line, Url


class Resource(Part):
    """One labelled link to a page, or one file that is offered for download."""

    label: Line = Field(
        title="Label",
        description="What it is called; this is the link.",
        examples=["UPR reports by civil society organizations"],
    )
    url: Url | None = Field(
        default=None,
        title="Link",
        description="The page of the resource.",
        examples=["https://www.example.org/upr/civil-society-reports"],
    )
    file: FilePath | None = Field(
        default=None,
        title="File",
        description="A PDF or Word file beside the issue file, or in a folder below it.",
        examples=["files/executive-summary.pdf"],
    )
    about: Line | None = Field(
        default=None,
        title="About",
        description="One line that says what it is.",
        examples=["What organizations across the country told the reviewers"],
    )

    @model_validator(mode="after")
    def _leads_somewhere(self) -> Self:
        if (self.url is None) == (self.file is None):
            raise ValueError("a resource has either a url or a file; give one of them")
        return self


class Resources(Item):
    """Labelled links with a line each."""

    kind: ClassVar[str] = "resources"
    summary: ClassVar[str] = "Reports and pages worth reading, with a line about each."
    example: ClassVar[str] = """\
## Need more information?

```resources
[[links]]
label = "UPR reports by civil society organizations"
url = "https://www.example.org/upr/civil-society-reports"
about = "What organizations across the country told the reviewers"

[[links]]
label = "Executive Summary Report"
url = "https://www.example.org/upr/executive-summary"
```
"""

    links: tuple[Resource, ...] = Field(
        min_length=1,
        title="Links",
        description="The resources, each with a label and a link or a file.",
        examples=[[{"label": "Executive Summary Report", "url": "https://www.example.org/upr/executive-summary"}]],
    )

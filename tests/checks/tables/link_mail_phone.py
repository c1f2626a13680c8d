"""Links that write a mail or call a number."""

from typing import Any

from newsletter.items.kinds.contact import Contact
from newsletter.items.kinds.engage import Engage, Write
from tests.checks.build import Case


def _link(url: str, says: str = "", words: str = "Write to us") -> Case:
    return Case(issue={"introduction": f"Questions? [{words}]({url})."}, says=says, at=(None, "introduction"))


def _contact(says: str = "", field: str = "phone", **values: Any) -> Case:
    item = Contact(id="ask", title="Questions?", name="The coordination team", **values)
    return Case(issue={"items": (item,)}, says=says, at=("ask", field))


def _write(email: str, says: str = "") -> Case:
    write = Write(do="write", label="Write", to="The minister", email=email, subject="UPR", text="Dear minister,")
    item = Engage(id="e", title="Write", actions=(write,))
    return Case(issue={"items": (item,)}, says=says, at=("e", "actions[1].email"))


BAD = [
    _link("mailto:upr@example..org", "is no mail address"),
    _link("mailto:upr.example.org", "is no mail address"),
    _link("mailto:upr@example", "is no mail address"),
    _link("mailto:.upr@example.org", "is no mail address"),
    _link("mailto:upr@-example.org", "is no mail address"),
    _link("mailto:upr@example.org,news", "'news' is no mail address"),
    _link("mailto:upr@example.org?subject=UPR?body=Hello", "second question mark"),
    _link("mailto:upr@example.org?UPR", "a part that mail programs do not understand"),
    _link("mailto:upr@example.org?subjct=UPR", "a part that mail programs do not understand"),
    _link("mailto:upr@gmial.com", "is gmail.com meant"),
    _link("mailto:upr@hotmial.com", "is hotmail.com meant"),
    _link("mailto:upr@example.con", "ends in .con"),
    _link("mailto:upr@example.org", "reads news@example.org and writes to upr@example.org", "news@example.org"),
    _link("mailto:upr@example.net", "reads upr@example.org", "upr@example.org"),
    _link("tel:0225550100", "no code of its country", "Call us"),
    _link("tel:2025550100", "no code of its country", "Call us"),
    _link("tel:+41(0)225550100", "zero in brackets", "Call us"),
    _link("tel:+41225550100", "reads 022 555 01 11 and calls", "022 555 01 11"),
    _link("tel:+41225550100", "reads +41 22 555 01 01 and calls", "+41 22 555 01 01"),
    _link("tel:call-us", "is no telephone number", "Call us"),
    _contact("no code of its country", phone="022 555 01 00"),
    _contact("no code of its country", phone="202-555-0100"),
    _contact("zero in brackets", phone="+41 (0)22 555 01 00"),
    _contact("zero in brackets", phone="+44 (0) 20 7946 0000"),
    _contact("ends in .con", field="email", email="upr@example.con"),
    _contact("is gmail.com meant", field="email", email="upr@gmial.com"),
    _write("office@example.ogr", "ends in .ogr"),
]

NEAR = [
    *(
        _link(url)
        for url in (
            "mailto:upr@example.org",
            "MAILTO:upr@example.org",
            "mailto:first.last+upr@example.org",
            "mailto:o'neil@example.org",
            "mailto:upr@mail.example.co.uk",
            "mailto:upr@münchen.example.org",
            "mailto:upr@example.org?subject=UPR",
            "mailto:upr@example.org?subject=UPR&body=Hello%20there%3F",
            "mailto:upr@example.org?Subject=UPR&Cc=news@example.org",
            "mailto:upr@example.org,news@example.org",
            "mailto:upr@example.org%2Cnews@example.org",
            "mailto:?subject=UPR&body=See%20this",
            "mailto:upr@gmail.com",
            "mailto:upr@gmail.community",
            "mailto:upr@ymail.com",
            "mailto:upr@example.consulting",
            "mailto:upr@example.co",
            "tel:+41225550100",
            "tel:+1-202-555-0100",
            "tel:+1(202)555-0100",
            "tel:0041225550100",
            "tel:112",
            "tel:988",
            "tel:18005550100",
            "tel:0800555010",
            "https://www.example.org/mailto:upr",
        )
    ),
    _link("mailto:upr@example.org", words="upr@example.org"),
    _link("mailto:upr@example.org", words="UPR@Example.org"),
    _link("mailto:upr@example.org", words="Write to upr@example.org or call"),
    _link("mailto:?subject=UPR", words="upr@example.org"),
    _link("tel:+41225550100", words="+41 22 555 01 00"),
    _link("tel:+41225550100", words="022 555 01 00"),
    _link("tel:+41225550100", words="+41 (0)22 555 01 00"),
    _link("tel:+12025550100", words="(202) 555-0100"),
    _link("tel:+41225550100", words="Call the office"),
    _contact(phone="+41 22 555 01 00", email="upr@example.org"),
    _contact(phone="+1 (202) 555-0100"),
    _contact(phone="0041 22 555 01 00"),
    _contact(phone="1-800-555-0100"),
    _write("office@example.org"),
]

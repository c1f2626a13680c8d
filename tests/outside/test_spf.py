"""SPF, DKIM, DMARC, MX and PTR with every fault, against a name server on this machine."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from newsletter.outside import mail_hosts, signing, spf
from newsletter.outside.advice import BAD, GOOD, WARNING, Advice, Record
from newsletter.outside.names import Names
from tests.stubs.dns_stub import Zone, serve


def _txt(*texts: str) -> list[str]:
    return [" ".join(f'"{text[at : at + 255]}"' for at in range(0, max(len(text), 1), 255)) for text in texts]


def _key(bits: int) -> str:
    made = rsa.generate_private_key(public_exponent=65_537, key_size=bits).public_key()
    return base64.b64encode(made.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


KEY = _key(2_048)
MANY = " ".join(f"include:i{number}.test" for number in range(11))
ZONE: dict = {
    ("good.test", "TXT"): _txt("v=spf1 mx include:mail.test ip4:192.0.2.0/24 ~all", "google-site-verification=x"),
    ("good.test", "MX"): ["10 mx.good.test."],
    ("mx.good.test", "A"): ["198.51.100.7"],
    ("mail.test", "TXT"): _txt("v=spf1 ip4:203.0.113.0/28 -all"),
    ("none.test", "TXT"): _txt("other"),
    ("two.test", "TXT"): _txt("v=spf1 include:mail.test -all", "v=spf1 mx ~all"),
    ("plus.test", "TXT"): _txt("v=spf1 mx:good.test +all"),
    ("bareall.test", "TXT"): _txt("v=spf1 all"),
    ("question.test", "TXT"): _txt("v=spf1 mx:good.test ?all"),
    ("endless.test", "TXT"): _txt("v=spf1 mx:good.test"),
    ("many.test", "TXT"): _txt(f"v=spf1 {MANY} -all"),
    **{(f"i{number}.test", "TXT"): _txt("v=spf1 -all") for number in range(11)},
    ("ten.test", "TXT"): _txt("v=spf1 " + " ".join(f"include:i{number}.test" for number in range(10)) + " -all"),
    ("long.test", "TXT"): _txt("v=spf1 " + " ".join(f"ip4:192.0.2.{number}" for number in range(40)) + " -all"),
    ("void.test", "TXT"): _txt("v=spf1 a:x1.test a:x2.test a:x3.test -all"),
    ("circle.test", "TXT"): _txt("v=spf1 include:circle2.test -all"),
    ("circle2.test", "TXT"): _txt("v=spf1 include:circle.test -all"),
    ("redirect.test", "TXT"): _txt("v=spf1 redirect=good.test"),
    ("ptr.test", "TXT"): _txt("v=spf1 ptr -all"),
    ("macro.test", "TXT"): _txt("v=spf1 exists:%{i}._spf.%{d} -all"),
    ("pieces.test", "TXT"): ['"v=spf1 ip4:192.0.2.1" " -all"'],
    ("typo1.test", "TXT"): _txt("v=spf1 inlcude:mail.test -all"),
    ("typo2.test", "TXT"): _txt("v=spf1 ip4:300.1.2.3 -all"),
    ("typo3.test", "TXT"): _txt("v=spf1 ip4:2001:db8::1 -all"),
    ("typo4.test", "TXT"): _txt("v=spf1 include: -all"),
    ("typo5.test", "TXT"): _txt("v=spf1 include:none.test -all"),
    ("typo6.test", "TXT"): _txt("v=spf2 mx -all"),
    ("typo7.test", "TXT"): _txt("v=spf1, mx -all"),
    ("fails.test", "*"): "SERVFAIL",
    ("silent.test", "*"): "SILENT",
    ("broken.test", "TXT"): _txt("v=spf1 include:fails.test -all"),
    # DKIM
    ("s1._domainkey.good.test", "TXT"): _txt(f"v=DKIM1; k=rsa; p={KEY}"),
    ("ed._domainkey.good.test", "TXT"): _txt(f"v=DKIM1; k=ed25519; p={base64.b64encode(b'x' * 32).decode()}"),
    ("revoked._domainkey.good.test", "TXT"): _txt("v=DKIM1; p="),
    ("short._domainkey.good.test", "TXT"): _txt(f"v=DKIM1; p={_key(1_024)}"),
    ("cut._domainkey.good.test", "TXT"): _txt(f"v=DKIM1; p={KEY[:200]}"),
    ("odd._domainkey.good.test", "TXT"): _txt("v=DKIM1; p=***"),
    ("syntax._domainkey.good.test", "TXT"): _txt("hello"),
    ("twice._domainkey.good.test", "TXT"): _txt(f"v=DKIM1; p={KEY}; p={KEY}"),
    ("trial._domainkey.good.test", "TXT"): _txt(f"v=DKIM1; t=y; p={KEY}"),
    ("edlong._domainkey.good.test", "TXT"): _txt(f"v=DKIM1; k=ed25519; p={base64.b64encode(b'x' * 33).decode()}"),
    ("slow._domainkey.good.test", "*"): "SILENT",
    ("default._domainkey.two.test", "TXT"): _txt("v=DKIM1; p="),
    # DMARC
    ("_dmarc.good.test", "TXT"): _txt("v=DMARC1; p=reject; sp=none; rua=mailto:d@good.test"),
    ("_dmarc.quarantine.test", "TXT"): _txt("v=DMARC1;p=quarantine"),
    ("_dmarc.watch.test", "TXT"): _txt("v=DMARC1; p=none; rua=mailto:d@watch.test"),
    ("_dmarc.twice.test", "TXT"): _txt("v=DMARC1; p=none", "v=DMARC1; p=reject"),
    ("_dmarc.order.test", "TXT"): _txt("p=none; v=DMARC1"),
    ("_dmarc.wrong.test", "TXT"): _txt("v=DMARC1; p=nothing"),
    ("_dmarc.missing.test", "TXT"): _txt("v=DMARC1; rua=mailto:d@missing.test"),
    ("_dmarc.small.test", "TXT"): _txt("v=dmarc1; p=none"),
    ("_dmarc.commas.test", "TXT"): _txt("v=DMARC1, p=none"),
    ("_dmarc.rua.test", "TXT"): _txt("v=DMARC1; p=reject; rua=d@rua.test"),
    ("_dmarc.pct.test", "TXT"): _txt("v=DMARC1; p=reject; pct=500"),
    ("_dmarc.other.test", "TXT"): _txt("something else"),
    ("_dmarc.fails.test", "*"): "SERVFAIL",
    # hosts
    ("null.test", "MX"): ["0 ."],
    ("nohost.test", "MX"): ["10 gone.nohost.test."],
    ("7.100.51.198.in-addr.arpa", "PTR"): ["mx.good.test."],
    ("8.100.51.198.in-addr.arpa", "PTR"): ["pool-8.provider.test."],
    ("10.100.51.198.in-addr.arpa", "*"): "SILENT",
    ("em1.good.test", "CNAME"): ["u1.wl.sendgrid.net."],
}


@pytest.fixture(scope="module")
def names():
    with serve(Zone(ZONE)) as at:
        yield Names([at], seconds=1.2)


def check(found: Advice, level: str, says: str, *records: Record) -> None:
    assert (found.level, says in found.said) == (level, True), found
    assert not records or found.records == records
    assert found.level == GOOD or found.mend.endswith((".", "NAME"))


@pytest.mark.parametrize(
    ("domain", "level", "says", "record"),
    [
        ("good.test", GOOD, "(2 of 10 questions)", ""),
        ("ten.test", GOOD, "(10 of 10 questions)", ""),
        ("redirect.test", GOOD, "(3 of 10 questions)", ""),
        ("macro.test", GOOD, "(1 of 10", ""),
        ("pieces.test", GOOD, "says who may send", ""),
        ("none.test", WARNING, "says nothing of who", "v=spf1 mx ~all"),
        ("typo6.test", WARNING, "'v=spf2 mx -all' is written wrongly", "v=spf1 mx ~all"),
        ("typo7.test", WARNING, "'v=spf1, mx -all' is written wrongly", "v=spf1 mx ~all"),
        ("two.test", BAD, "has 2 records", "v=spf1 include:mail.test mx ~all"),
        ("plus.test", BAD, "lets everybody send", "v=spf1 mx:good.test ~all"),
        ("bareall.test", BAD, "lets everybody send", "v=spf1 ~all"),
        ("question.test", WARNING, "says nothing about mail from elsewhere", "v=spf1 mx:good.test ~all"),
        ("endless.test", WARNING, "does not end in", "v=spf1 mx:good.test ~all"),
        ("many.test", BAD, "more than 10 questions", ""),
        ("long.test", WARNING, "do not fit into one answer", ""),
        ("void.test", BAD, "more than 2 of the names in it do not exist", ""),
        ("circle.test", BAD, "includes itself", ""),
        ("ptr.test", WARNING, "uses ptr", ""),
        ("typo1.test", BAD, "'inlcude:mail.test' is no term", ""),
        ("typo2.test", BAD, "'ip4:300.1.2.3' holds no address", ""),
        ("typo3.test", BAD, "address of the other kind", ""),
        ("typo4.test", BAD, "'include:' names no domain", ""),
        ("typo5.test", BAD, "includes none.test, which has none", ""),
        ("nowhere.example", BAD, "There is no domain nowhere.example", ""),
        ("fails.test", WARNING, "could not be looked up: the name server failed (SERVFAIL)", ""),
        ("silent.test", WARNING, "no answer in time", ""),
        ("broken.test", WARNING, "What it includes could not be looked up", ""),
    ],
)
def test_spf(names, domain, level, says, record):
    check(spf.advise(domain, names), level, says, *([Record("TXT", domain, record)] if record else []))


def test_spf_for_a_provider(names):
    check(spf.advise("good.test", names, wanted="include:mail.test"), GOOD, "says who")
    check(
        spf.advise("good.test", names, wanted="include:mailgun.org"), WARNING, "The provider is not in the record",
        Record("TXT", "good.test", "v=spf1 include:mailgun.org mx include:mail.test ip4:192.0.2.0/24 ~all"),
    )  # fmt: skip
    check(
        spf.advise("none.test", names, wanted="include:mailgun.org", level=BAD), BAD, "says nothing",
        Record("TXT", "none.test", "v=spf1 include:mailgun.org ~all"),
    )  # fmt: skip


def test_spf_for_a_server_of_ones_own(names):
    for address in ("198.51.100.7", "192.0.2.77", "203.0.113.1"):
        check(spf.advise("good.test", names, senders=(address,), own=True), GOOD, "says who")
    check(
        spf.advise("good.test", names, senders=("198.51.100.8", "2001:db8::1"), own=True), WARNING, "may not send",
        Record("TXT", "good.test",
            "v=spf1 ip4:198.51.100.8 ip6:2001:db8::1 mx include:mail.test ip4:192.0.2.0/24 ~all"),
    )  # fmt: skip
    check(spf.advise("good.test", names, senders=("198.51.100.8",)), GOOD, "says who")
    check(
        spf.advise("none.test", names, senders=("198.51.100.8",)), WARNING, "says nothing",
        Record("TXT", "none.test", "v=spf1 ip4:198.51.100.8 ~all"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("selectors", "level", "says"),
    [
        ((), GOOD, "has a key: s1"),
        (("s1", "ed"), GOOD, "has keys: s1, ed"),
        (("revoked",), BAD, "was revoked"),
        (("s1", "revoked"), BAD, "was revoked"),
        (("short",), WARNING, "has 1024 bits"),
        (("cut",), BAD, "cut off"),
        (("odd",), BAD, "cannot be read"),
        (("syntax",), BAD, "is not written as a key"),
        (("twice",), BAD, "is not written as a key"),
        (("trial",), WARNING, "only a test"),
        (("edlong",), BAD, "wrong length"),
        (("gone",), WARNING, "has no key called gone"),
        (("slow",), WARNING, "could not be looked up: no answer in time"),
    ],
)
def test_dkim(names, selectors, level, says):
    check(signing.dkim("good.test", names, selectors), level, says)


def test_dkim_where_no_key_has_a_usual_name(names):
    check(signing.dkim("none.test", names), WARNING, "No key was found")
    check(signing.dkim("none.test", names, level=BAD), BAD, "No key was found")
    check(signing.dkim("two.test", names), BAD, "The key default was revoked")


@pytest.mark.parametrize(
    ("domain", "level", "says", "record"),
    [
        ("good.test", GOOD, "says what is done with forged mail: reject", ""),
        ("quarantine.test", GOOD, "quarantine", ""),
        ("news.quarantine.test", GOOD, "quarantine", ""),
        ("news.good.test", WARNING, "good.test only watches (p=none)", ""),
        ("watch.test", WARNING, "only watches (p=none)", "v=DMARC1; p=quarantine; rua=mailto:d@watch.test"),
        ("twice.test", BAD, "has 2 records", ""),
        ("order.test", BAD, "no DMARC", "v=DMARC1; p=none; rua=mailto:a@b.test"),
        ("wrong.test", BAD, "no policy that there is: p=nothing", "v=DMARC1; p=none; rua=mailto:a@b.test"),
        ("missing.test", BAD, "p=nothing", ""),
        ("small.test", BAD, "is written wrongly", ""),
        ("commas.test", BAD, "is written wrongly", ""),
        ("rua.test", WARNING, "sends reports to what is no address: 'd@rua.test'", ""),
        ("pct.test", BAD, "no share", ""),
        ("other.test", BAD, "is no DMARC", "v=DMARC1; p=none; rua=mailto:a@b.test"),
        ("none.test", WARNING, "does not say what others", "v=DMARC1; p=none; rua=mailto:a@b.test"),
        ("nowhere.example", WARNING, "does not say what others", "v=DMARC1; p=none; rua=mailto:a@b.test"),
        ("fails.test", WARNING, "could not be looked up", ""),
    ],
)
def test_dmarc(names, domain, level, says, record):
    found = signing.dmarc(domain, names, reports_to="a@b.test")
    check(found, level, says, *([Record("TXT", f"_dmarc.{domain}", record)] if record else []))


@pytest.mark.parametrize(
    ("domain", "level", "says"),
    [
        ("good.test", GOOD, "goes to mx.good.test"),
        ("none.test", BAD, "does not say where its mail goes"),
        ("null.test", BAD, "takes no mail"),
        ("nohost.test", BAD, "gone.nohost.test, which has no address"),
        ("nowhere.example", BAD, "There is no domain"),
        ("fails.test", WARNING, "could not be looked up"),
        ("silent.test", WARNING, "no answer in time"),
    ],
)
def test_mx(names, domain, level, says):
    check(mail_hosts.mx(domain, names), level, says)


@pytest.mark.parametrize(
    ("address", "level", "says"),
    [
        ("198.51.100.7", GOOD, "lead back to them"),
        ("198.51.100.8", WARNING, "called pool-8.provider.test, which does not lead back"),
        ("198.51.100.9", WARNING, "has no name"),
        ("198.51.100.10", WARNING, "could not be looked up"),
    ],
)
def test_ptr(names, address, level, says):
    found = mail_hosts.ptr("mx.good.test", (address,), names)
    check(found, level, says)
    if "has no name" in says:
        assert found.records == (Record("PTR", "9.100.51.198.in-addr.arpa", "mx.good.test."),)


def test_records_of_a_provider(names):
    there = Record("CNAME", "em1.good.test", "u1.wl.sendgrid.net")
    other = Record("CNAME", "em1.good.test", "u2.wl.sendgrid.net")
    gone = Record("CNAME", "s9._domainkey.good.test", "s9.u1.wl.sendgrid.net")
    check(mail_hosts.aliases((there,), names, level=BAD), GOOD, "All 1 records")
    check(mail_hosts.aliases((there, gone, other), names, level=BAD), BAD, "2 of the 3", gone, other)
    slow = Record("CNAME", "silent.test", "x")
    check(mail_hosts.aliases((slow,), names, level=BAD), WARNING, "could not be looked up")

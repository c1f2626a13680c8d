"""What is an address, and which are the same."""

import subprocess
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from subscribers import address as module
from subscribers.address import Address, AddressError, normalise, normalise_host


@pytest.mark.parametrize(
    ("given_address", "email", "norm"),
    [
        ("alice@example.org", "alice@example.org", "alice@example.org"),
        ("  Alice@Example.ORG\u00a0", "Alice@example.org", "alice@example.org"),
        ("INFO@example.org", "INFO@example.org", "info@example.org"),
        ("o'neil+news@a-b.example.co.uk", "o'neil+news@a-b.example.co.uk", "o'neil+news@a-b.example.co.uk"),
        ("Anna@BÜCHER.example.org", "Anna@xn--bcher-kva.example.org", "anna@xn--bcher-kva.example.org"),
        ("anna@bu\u0308cher.example.org", "anna@xn--bcher-kva.example.org", "anna@xn--bcher-kva.example.org"),
        ("anna@xn--bcher-kva.example.org", "anna@xn--bcher-kva.example.org", "anna@xn--bcher-kva.example.org"),
        ("anna@例え。example.com", "anna@xn--r8jz45g.example.com", "anna@xn--r8jz45g.example.com"),
    ],
)
def test_normalised(given_address: str, email: str, norm: str) -> None:
    assert normalise(given_address) == Address(email, norm)


@pytest.mark.parametrize(
    ("hostile", "message"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("alice", "no @"),
        ("@example.org", "before the @"),
        ("alice@", "after the @"),
        ("a@b.org,c@d.org", "more than one @"),
        ("a@b.org; c@d.org", "more than one @"),
        ("alice@example.org)bob@evil.com", "more than one @"),
        ("Alice <alice@example.org>", "more than the address"),
        ('"alice smith"@example.org', "in quotes"),
        ('"alice"@example.org', "in quotes"),
        ("a" * 65 + "@example.org", "65 characters; 64"),
        ("a" * 60 + "@" + ".".join(["b" * 60] * 4) + ".org", "characters; 254"),
        ("a@" * 5_000_000, "10,000,000 characters"),
        ("jürgen@example.org", "SMTPUTF8"),
        ("a@localhost", "no dot"),
        ("a@example", "no dot"),
        ("a@[127.0.0.1]", "a number, not a name"),
        ("a@[IPv6:::1]", "a number, not a name"),
        ("a@127.0.0.1", "top-level domain"),
        ("-oQ/tmp@example.org", "hyphen"),
        ("a..b@example.org", "two periods"),
        (".a@example.org", "start with a period"),
        ("a b@example.org", "SPACE"),
        ("a\x00b@example.org", "U+0000"),
        ("a\r\nBcc: b@example.org", "U+000D"),
        ("a@exam\u202eple.org", "OVERRIDE"),
        ("a@ex\udcffample.org", "not readable as UTF-8"),
        ("a@example.test", "special-use"),
        ("a@-example.org", "hyphen"),
        ("a@ab--cd.org", "dashes"),
        ("a@xn--zzzzzz.org", "IDNA"),
        ("a＠example.org", "no @"),
    ],
)
def test_refused(hostile: str, message: str) -> None:
    with pytest.raises(AddressError, match=message.replace("U+", "U\\+")) as caught:
        normalise(hostile)
    assert caught.value.mend
    assert hostile.strip() == "" or hostile not in caught.value.message, "an error can be logged, an address not"


def test_hosts() -> None:
    assert normalise_host("@Example.ORG") == "example.org"
    assert normalise_host("bücher.example.org") == "xn--bcher-kva.example.org"
    assert normalise("a@Example.org").host == "example.org"
    with pytest.raises(AddressError):
        normalise_host("a@example.org")


_local = st.text("aZ0.-+_'\"@ é", max_size=70)
_host = st.lists(st.text("aZ0-x", max_size=65), max_size=5).map(".".join)
_last = st.sampled_from(["", ".org", ".ORG", ".test", ".Local", ".o", ".c0m", ".1", ".xn--p1ai", ".-a"])


@given(st.builds("{}@{}{}".format, _local, _host, _last))
@example("a@" + "b." * 125 + "org")
@example("a@" + "b" * 63 + ".org")
@example("a@" + "b" * 64 + ".org")
@example("a" * 64 + "@" + "b." * 93 + "org")
@example("a" * 64 + "@" + "b." * 94 + "org")
@example("a@b.org\n")
def test_the_pattern_agrees_with_email_validator(address: str) -> None:
    try:
        fast = normalise(address)
    except AddressError:
        fast = None
    try:
        module._refuse_known(address.strip())
        slow = module._validated(address.strip())
    except AddressError:
        slow = None
    assert fast == slow


@given(st.from_regex(r"\A[A-Za-z0-9]{1,9}(\.[a-z+]{1,5})?@([A-Za-z0-9]{1,9}\.){1,3}(com|ORG|ch)\Z"))
def test_normalising_again_changes_nothing(address: str) -> None:
    once = normalise(address)
    assert normalise(once.email) == once
    assert normalise(once.norm).norm == once.norm
    assert normalise(address.swapcase()).norm == once.norm


@given(st.text(max_size=300))
def test_anything_is_an_address_or_an_error_in_words(text: str) -> None:
    try:
        found = normalise(text)
    except AddressError as error:
        assert error.message
        assert error.mend
    else:
        assert found.email.isascii()
        assert len(found.email) <= 254


def test_plain_addresses_load_neither_idna_nor_dns() -> None:
    code = (
        "import sys; from subscribers.address import normalise; normalise('a@example.org');"
        "assert not {'idna', 'dns', 'email_validator', 'django'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)

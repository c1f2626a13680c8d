"""Links that carry a text, and the limits of each network."""

from datetime import date
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.items.kinds.engage import Action, Copy, Engage, Link, Network, Share, Write
from newsletter.items.sharing import action_mistakes, letter_link, mastodon_length, share_links, x_length

ALL: tuple[Network, ...] = ("x", "facebook", "bluesky", "mastodon", "linkedin", "whatsapp", "email")
TEXT = 'Watch & learn: 100% of rights +1 #UPR?\nJoin "us" – café 🏳️‍🌈'
URL = "https://media.example.org/upr?live=1&lang=en#now"

texts = st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n"), min_size=1, max_size=120)


def share(text: str = TEXT, url: str | None = URL, networks: tuple[Network, ...] = ALL) -> Share:
    return Share.model_construct(do="share", label="Share", networks=networks, text=text, url=url)


def links(text: str = TEXT, url: str | None = URL) -> dict[str, str]:
    return {link.network: link.url for link in share_links(share(text, url))}


def carried(url: str) -> dict[str, str]:
    """What a browser hands to the network: the parameters, decoded."""
    parts = urlsplit(url)
    return {key: value for key, (value,) in parse_qs(parts.query or parts.fragment, keep_blank_values=True).items()}


def test_each_network_gets_the_text_and_the_page() -> None:
    made = links()
    both = f"{TEXT}\n{URL}"
    assert made["x"].startswith("https://x.com/intent/tweet?text=Watch%20%26%20learn%3A%20100%25%20of")
    assert carried(made["x"]) == {"text": TEXT, "url": URL}
    assert made["facebook"].startswith("https://www.facebook.com/sharer/sharer.php?u=https%3A%2F%2Fmedia")
    assert carried(made["facebook"]) == {"u": URL}
    assert made["bluesky"].startswith("https://bsky.app/intent/compose?text=")
    assert carried(made["bluesky"]) == {"text": both}
    assert made["mastodon"].startswith("https://share.joinmastodon.org/#text=")
    assert carried(made["mastodon"]) == {"text": both}
    assert made["linkedin"].startswith("https://www.linkedin.com/feed/?shareActive=true&text=")
    assert carried(made["linkedin"]) == {"shareActive": "true", "text": both}
    assert made["whatsapp"].startswith("https://wa.me/?text=")
    assert carried(made["whatsapp"]) == {"text": both}
    assert made["email"].startswith("mailto:?subject=Watch%20%26%20learn")
    assert carried(made["email"])["body"] == both.replace("\n", "\r\n")


@given(text=texts)
def test_any_text_arrives_as_it_was_written(text: str) -> None:
    made = links(text)
    assert carried(made["x"])["text"] == text
    assert carried(made["bluesky"])["text"] == f"{text}\n{URL}"
    assert carried(made["mastodon"])["text"] == f"{text}\n{URL}"
    assert carried(made["whatsapp"])["text"] == f"{text}\n{URL}"
    assert carried(made["email"])["body"] == f"{text}\n{URL}".replace("\n", "\r\n")
    assert all(url.isascii() and not any(char in url for char in ' "<>+\n\\') for url in made.values())


def test_a_page_that_the_text_names_is_not_added_again() -> None:
    text = f"Watch {URL} now"
    assert carried(links(text)["bluesky"]) == {"text": text}
    assert carried(links(text)["x"]) == {"text": text}


def test_labels_are_the_names_of_the_networks_in_the_order_of_the_action() -> None:
    made = share_links(share(networks=("whatsapp", "x")))
    assert [(link.network, link.label) for link in made] == [("whatsapp", "WhatsApp"), ("x", "X")]


def test_the_subject_of_a_mail_to_a_friend_is_short() -> None:
    subject = carried(links("word " * 40)["email"])["subject"]
    assert subject.endswith("word…")
    assert len(subject) <= 71


def test_a_letter_follows_rfc_6068() -> None:
    letter = Write(
        do="write", label="a", to="You", email="a+b@example.org", subject="Q & A?", text="Dear you,\n\n100% yes + more"
    )
    assert letter_link(letter) == (
        "mailto:a%2Bb@example.org?subject=Q%20%26%20A%3F&body=Dear%20you%2C%0D%0A%0D%0A100%25%20yes%20%2B%20more"
    )
    assert unquote(urlsplit(letter_link(letter) or "").path) == "a+b@example.org"
    unknown = Write(do="write", label="a", to="You", find_url="https://e.org", subject="s", text="t")
    assert letter_link(unknown) == "mailto:?subject=s&body=t"


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("abc", 3),
        ("café", 4),
        ("cafe\u0301", 4),
        ("漢字", 4),
        ("👾", 2),
        ("🙋🏽", 2),
        ("👨‍🎤", 2),
        ("👨‍👩‍👧‍👦", 2),
        ("https://example.com", 23),
        ("see https://example.com/very/long/path?with=parameters now", 31),
        ("“quotes” – and…", 16),
        ("Привет", 6),
    ],
)
def test_x_counts_as_its_documentation_does(text: str, length: int) -> None:
    assert x_length(text) == length


def test_mastodon_counts_a_link_as_23() -> None:
    assert mastodon_length("a https://example.com/very/long/path 👨‍👩‍👧‍👦") == 2 + 23 + 2


def mistakes(*actions: Action) -> list[tuple[str, str]]:
    engage = Engage(id="a", title="A", deadline=date(2020, 11, 9), actions=actions)
    return [(field, message) for field, message, _ in action_mistakes(engage)]


@pytest.mark.parametrize(("network", "limit"), [("x", 280), ("bluesky", 300), ("mastodon", 500), ("linkedin", 3_000)])
def test_a_text_of_the_limit_passes_and_one_more_does_not(network: Network, limit: int) -> None:
    assert mistakes(share("é" * limit if network != "linkedin" else "e" * limit, None, (network,))) == []
    ((field, message),) = mistakes(share("e" * (limit + 1), None, (network,)))
    assert field == "actions[1].text"
    assert f"{limit:,} fit" in message


def test_the_page_counts_too() -> None:
    assert mistakes(share("e" * (280 - 24), "https://www.example.org/" + "x" * 300, ("x",))) == []
    assert len(mistakes(share("e" * (280 - 23), "https://www.example.org/" + "x" * 300, ("x",)))) == 1
    assert len(mistakes(share("e" * 270, "https://www.example.org/" + "x" * 10, ("bluesky",)))) == 1


def test_facebook_needs_a_page() -> None:
    assert mistakes(share(url=None, networks=("facebook",))) == [
        ("actions[1].networks", "Facebook shares a page, never a text, and there is no url")
    ]


def test_links_that_mail_programs_cut_are_refused() -> None:
    letter = Write(do="write", label="a", to="You", email="a@example.org", subject="s", text="word " * 350)
    ((field, message),) = mistakes(letter)
    assert field == "actions[1].text"
    assert "2,000 work everywhere" in message
    assert len(mistakes(share("漢" * 900, None, ("whatsapp",)))) == 1
    assert len(mistakes(share("漢" * 300, None, ("email",)))) == 1


@pytest.mark.parametrize(("form", "limit"), [("op-ed", 750), ("press statement", 500)])
def test_texts_to_copy_have_at_most_as_many_words_as_are_printed(form: str, limit: int) -> None:
    def copy(words: int) -> Copy:
        return Copy.model_validate({"do": "copy", "label": "a", "form": form, "text": "word " * words})

    assert mistakes(copy(limit)) == []
    ((field, message),) = mistakes(Link(do="link", label="a", button="b", url="https://e.org"), copy(limit + 1))
    assert (field, message) == ("actions[2].text", f"the {form} has {limit + 1} words, and at most {limit} are printed")

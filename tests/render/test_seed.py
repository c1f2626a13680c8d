"""The shipped sample: the whole seed text, word for word, each part in the kind that fits."""

import re

from tests.render.issues import READER, html_for, rendered, sample, text_for, tree

# The text of the October 2020 update of the network, without the chrome of the web page around it.
SEED = """\
October 2020 UPR Updates

Members of the Network have recently completed an intense period of lobbying government missions to ensure that urgent human rights issues are brought to their attention prior to the upcoming UPR on November 9. During the review session, those governments will question the US government about the human rights issues and make recommendations to the United States on improving or remedying specific violations of human rights.

We are grateful to all of the Issue-Area Working Groups who participated in lobbying. They shared valuable information with government missions and the work that they have done will make an impact in the UPR process.

How can you stay engaged? The next step is for all of us to publicize the UPR as much as possible and encourage our networks to watch the UPR broadcast on UN TV. We must make sure that as many eyes as possible are following this process and that we are holding our government accountable. Some advocates are publicizing the UPR by tweeting about it or sharing information on Facebook. Some are writing opinion pieces for their local newspapers, or press statements.

Tune In. On November 9, 14:30 Geneva time, you will be able to watch the UPR live on UN TV. There will also be a recording afterwards. The link to access the broadcast on November 9 is here. We will be live-tweeting the UPR session, so join us!

On November 17, the USHRN will hold a post-UPR debrief session. We will share details about joining the debrief in our upcoming newsletter and here on, so be on the lookout for details.

Need more information? The UPR reports submitted by civil society organizations are available here. The USHRN Executive Summary Report is here. The UPR report submitted by the US government is accessible here.

If you have any questions, please contact Kerry McLean, Esq., UPR Coordinator, at
"""  # noqa: E501


def _words(text: str) -> list[str]:
    return re.findall(r"[\w'’:-]+", re.sub(r"<[^>]*>", " ", text))


def test_every_word_of_the_seed_is_in_the_text_part_in_order() -> None:
    # Sentences may be parted by labels and times that the kinds add, words within a sentence may not.
    said = _words(text_for(sample()))
    position = 0
    for sentence in re.split(r"(?<=[.!?])\s+|\n+", SEED.strip()):
        words = _words(sentence)
        if not words:
            continue
        starts = (at for at in range(position, len(said)) if said[at : at + len(words)] == words)
        found = next(starts, None)
        assert found is not None, f"after word {position}: {sentence}"
        position = found + len(words)


def test_the_html_says_the_same() -> None:
    page = tree(html_for(sample())).find("body")
    said = " ".join(page.text_content().split())
    for sentence in re.split(r"(?<=[.!])\s+|\n+", SEED.strip()):
        if len(sentence.split()) > 8 and "?" not in sentence and "here." not in sentence:
            assert sentence.removesuffix(" at") in said.replace(" ,", ",")


def test_each_part_is_in_the_kind_that_fits() -> None:
    assert [item.kind for item in sample().items] == ["recap", "engage", "event", "debrief", "resources", "contact"]
    assert sample().introduction.startswith("Members of the Network")
    debrief = sample().items[3]
    assert getattr(debrief, "details", None) == "to follow"
    assert (sample().series, sample().list, sample().timezone) == ("UPR Updates", "upr-network", "Europe/Zurich")


def test_both_clocks_are_shown() -> None:
    assert "14:30 in Geneva\n8:30 a.m. in New York" in text_for(sample())


def test_no_link_says_only_here_and_none_leads_to_the_real_world() -> None:
    for link in tree(html_for(sample())).iter("a"):
        label = " ".join(link.text_content().split())
        assert label.casefold() not in {"here", "read more", "click here", "link", ""}
    own = re.findall(r"https://([\w.-]+)", "".join(_sources()))
    assert own and all(host == "example.org" or host.endswith(".example.org") for host in own)


def _sources() -> list[str]:
    return [sample().model_dump_json()]


def test_the_reader_is_named_once_and_missed_nowhere() -> None:
    fields = [use for use in rendered(sample()).fields if use.where != "url"]
    assert [(use.name, use.default, use.where) for use in fields] == [("first_name", "Friends", "subject")]
    assert "Ana" not in text_for(sample(), READER)

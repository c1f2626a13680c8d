"""Every provider is found, and keeps the contract."""

from pathlib import Path

import pytest

from newsletter.delivery.messages import Composer
from newsletter.delivery.providers.base import Barred, Provider, Submission, Unreachable
from newsletter.delivery.providers.registry import provider_for, providers
from newsletter.settings import DeliverySection, Settings
from newsletter.site import Site
from tests.delivery.worlds import ENVELOPE, RENDERING, make_site, recipient


def test_the_settings_and_the_files_name_the_same_providers() -> None:
    assert set(providers()) == set(DeliverySection.model_fields["provider"].annotation.__args__)


@pytest.mark.parametrize("name", sorted(providers()))
def test_a_provider_keeps_the_contract(name: str, tmp_path: Path) -> None:
    provider = provider_for(Site(tmp_path, Settings()), name)
    assert isinstance(provider, Provider) and provider.name == name
    assert 1 <= provider.capabilities.group <= 1_000
    assert all(isinstance(problem, str) for problem in provider.check())
    provider.close()


@pytest.mark.parametrize("name", ["smtp", "sendgrid"])
@pytest.mark.parametrize(
    ("site", "sender", "says"),
    [
        ("http://news.network.org", "news@network.org", "https"),
        ("https://localhost:8025", "news@network.org", "cannot reach"),
        ("https://127.0.0.1", "news@network.org", "cannot reach"),
        ("https://news.example.org", "news@network.org", "cannot reach"),
        ("https://news.network.org", "news@example.com", "example address"),
        ("https://news.network.org", None, "no sender"),
    ],
)
def test_providers_that_reach_people_refuse_test_addresses(
    tmp_path: Path, name: str, site: str, sender: str | None, says: str
) -> None:
    secrets = {"smtp": {"host": "mail.network.org"}, "sendgrid": {"api_key": "SG.x"}}
    settings = {"site": {"base_url": site}, "sender": {"email": sender}, "providers": secrets}
    (problem,) = provider_for(Site(tmp_path, Settings.model_validate(settings)), name).check()
    assert says in problem
    if sender:
        lifted = {**settings, "providers": {**secrets, "allow_test_addresses": True}}
        assert provider_for(Site(tmp_path, Settings.model_validate(lifted)), name).check() == ()


@pytest.mark.parametrize("name", sorted(providers()))
def test_without_a_way_out_everybody_gets_a_sure_no(name: str, tmp_path: Path) -> None:
    nowhere = {"smtp": {"host": "127.0.0.1", "port": 1, "tls": "none"}, "sendgrid": {"host": "http://127.0.0.1:1"}}
    site = make_site(tmp_path, providers=nowhere)
    site.outbox.write_text("a file is in the way")
    provider = provider_for(site, name)
    recipients = tuple(map(recipient, range(3)))
    answer = provider.submit(Submission("1", RENDERING, ENVELOPE, Composer(RENDERING, ENVELOPE), recipients))
    assert set(answer.outcomes) == {one.delivery for one in recipients}
    assert all(isinstance(outcome, Unreachable | Barred) and outcome.reason for outcome in answer.outcomes.values())
    provider.close()

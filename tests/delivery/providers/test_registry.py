"""Every provider is found, and those that reach people refuse test addresses; the contract is in test_contract.py."""

import subprocess
import sys
from pathlib import Path

import pytest

from newsletter.delivery import providers as package
from newsletter.delivery.providers.base import Provider
from newsletter.delivery.providers.registry import provider_for, providers
from newsletter.settings import Settings
from newsletter.site import Site


def test_only_whole_providers_are_found() -> None:
    assert {"outbox", "smtp", "sendgrid", "anymail"} <= set(providers())
    assert Provider not in providers().values()


def test_a_provider_is_loaded_without_the_libraries_of_the_others(tmp_path: Path) -> None:
    ask = (
        "import sys; from pathlib import Path; from newsletter.site import Site; "
        "from newsletter.settings import Settings; from newsletter.delivery.providers.registry import provider_for; "
        f"print(provider_for(Site(Path({str(tmp_path)!r}), Settings()), 'smtp').name, "
        "*{'requests', 'sendgrid', 'newsletter.delivery.providers.outbox'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert done.stdout == "smtp\n"


def test_a_provider_in_a_file_of_another_name_is_found(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "quite_other.py").write_text(
        "from newsletter.delivery.providers.outbox import Outbox\nclass Second(Outbox):\n    name = 'second'\n"
    )
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
    providers.cache_clear()
    try:
        assert provider_for(site, "second").name == "second"
    finally:
        providers.cache_clear()


@pytest.mark.parametrize("name", ["smtp", "sendgrid", "anymail"])
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
    secrets = {
        "smtp": {"host": "mail.network.org"},
        "sendgrid": {"api_key": "SG.x"},
        "anymail": {"esp": "postmark", "api_key": "x"},
    }
    settings = {"site": {"base_url": site}, "sender": {"email": sender}, "providers": secrets}
    (problem,) = provider_for(Site(tmp_path, Settings.model_validate(settings)), name).check()
    assert says in problem
    if sender:
        stand_in = {**secrets, "sendgrid": {"api_key": "SG.x", "host": "http://127.0.0.1:9"}}
        lifted = {**settings, "providers": {**stand_in, "allow_test_addresses": True}}
        assert provider_for(Site(tmp_path, Settings.model_validate(lifted)), name).check() == ()

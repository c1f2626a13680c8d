"""The steps of setting a site up: what each asks for, and which are done."""

from dataclasses import dataclass

from newsletter.site import Site
from newsletter.store import changing


@dataclass(frozen=True)
class Step:
    """One page. ``keys``: the settings that it asks for; ``needed``: those without which it is not done."""

    name: str
    label: str
    keys: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()


STEPS = (
    Step(
        "organisation",
        "Organisation",
        ("site.name", "organisation.postal_address"),
        ("site.name", "organisation.postal_address"),
    ),
    Step("look", "Logo and colours", (), ("organisation.theme",)),
    Step("sender", "Sender", ("sender.name", "sender.email", "sender.reply_to"), ("sender.email",)),
    Step(
        "site",
        "Address and clock",
        ("site.base_url", "site.timezone", "site.language", "site.one_operator"),
        ("site.base_url", "site.timezone"),
    ),
    Step("provider", "Way out", ("delivery.provider",), ("delivery.provider",)),
    Step("samples", "Try it"),
)
PROVIDER_KEYS = {
    "outbox": (),
    "smtp": (
        "providers.smtp.host",
        "providers.smtp.port",
        "providers.smtp.tls",
        "providers.smtp.user",
        "providers.smtp.password",
    ),
    "sendgrid": ("providers.sendgrid.region", "providers.sendgrid.mode", "providers.sendgrid.api_key"),
    "anymail": (
        "providers.anymail.esp",
        "providers.anymail.api_key",
        "providers.anymail.secret_key",
        "providers.anymail.sender_domain",
        "providers.anymail.project_id",
        "providers.anymail.api_url",
    ),
}
"""What each provider asks for; the rest stands in the settings."""
NEEDED = {"smtp": "providers.smtp.host", "sendgrid": "providers.sendgrid.api_key", "anymail": "providers.anymail.esp"}
"""Without it a provider cannot be tried."""
PROVIDERS = {
    "outbox": ("A folder on this machine", "Nobody is mailed. For trying out; any mail program opens the folder."),
    "smtp": ("A mail server (SMTP)", "Of your own, or of your provider of mailboxes."),
    "sendgrid": ("SendGrid", "For large lists. Bounces and complaints are told back by themselves."),
    "anymail": ("Another service", "Mailgun, Postmark, Amazon SES, Brevo, Resend and others."),
}


def is_done(site: Site, step: Step) -> bool:
    """Whether somebody has said what the step asks for."""
    return bool(step.needed) and all(changing.source(site, key) for key in step.needed)


def first_open(site: Site) -> str:
    """The name of the first step that is not done."""
    return next((step.name for step in STEPS if not is_done(site, step)), STEPS[-1].name)


def after(name: str) -> str:
    """The name of the step after ``name``; nothing after the last."""
    names = [step.name for step in STEPS]
    at = names.index(name) + 1
    return names[at] if at < len(names) else ""


def step_of(name: str) -> Step | None:
    """The step ``name``, if there is one."""
    return next((step for step in STEPS if step.name == name), None)

"""The sign-up form as HTML for any other site: no script, no style, nothing to load."""

from html import escape

from newsletter.web.pages import this_site, words
from newsletter.web.public.signup import HONEYPOT, consent_words
from subscribers.models import MailingList, Topic


def embedded_form(mailing_list: MailingList, language: str) -> str:
    """A form in one of the pages' languages that posts to the public page of ``mailing_list``."""
    said = {key: escape(text) for key, text in words(language).items()}
    url = escape(f"{this_site().settings.site.base_url}/s/{mailing_list.slug}?language={language}")
    lines = [
        f"<!-- Subscribe to {escape(mailing_list.name).replace('--', '- -')}. To style: .newsletter-form. Leave the "
        "sentence before the button as it is: it is kept as what readers agreed to. -->",
        f'<form class="newsletter-form" method="post" action="{url}" accept-charset="utf-8">',
        f'<input type="hidden" name="language" value="{language}">',
        f'<p><label>{said["signup_email"]}<br><input type="email" name="email" autocomplete="email" maxlength="254" '
        "required></label></p>",
        f"<p><label>{said['signup_first_name']} {said['optional']}<br>"
        '<input name="first_name" autocomplete="given-name" maxlength="100"></label></p>',
    ]
    if topics := list(Topic.objects.order_by("name", "pk")):
        lines.append(f"<fieldset><legend>{said['topics']} {said['optional']}</legend>")
        lines += [
            f'<label><input type="checkbox" name="topic" value="{escape(topic.slug)}"> {escape(topic.name)}</label><br>'
            for topic in topics
        ]
        lines.append("</fieldset>")
    lines += [
        f'<p hidden><label>{said["signup_trap"]} <input name="{HONEYPOT}" tabindex="-1" autocomplete="off"></label>'
        "</p>",
        f"<p>{escape(consent_words(mailing_list, language))}</p>",
        f'<p><button type="submit">{said["signup_button"]}</button></p>',
        "</form>",
    ]
    return "\n".join(lines)

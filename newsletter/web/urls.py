"""Addresses: the short ones stand in mails for years and never change."""

from django.urls import include, path, re_path

from newsletter.web import archive, errors, webhooks
from newsletter.web.public import links, media, preferences, signup, unsubscribe

_KEY = r"[A-Za-z0-9_-]{22}"

urlpatterns = [
    re_path(rf"^u/(?P<token>{_KEY})\Z", unsubscribe.unsubscribe, name="unsubscribe"),
    re_path(rf"^p/(?P<token>{_KEY})\Z", preferences.preferences, name="preferences"),
    re_path(rf"^c/(?P<key>{_KEY})\Z", signup.confirm, name="confirm"),
    re_path(rf"^l/(?P<key>{_KEY})\Z", links.link, name="link"),
    path("s/<slug:slug>", signup.sign_up, name="sign-up"),
    path("u/own", archive.own_link, name="own-link"),
    path("a/<slug:slug>", archive.issue, name="mailed"),
    path("archive/", archive.archive, name="archive"),
    path("archive/feed.xml", archive.feed, name="feed"),
    path("archive/events.ics", archive.events, name="events"),
    path("archive/<slug:slug>/", archive.post, name="post"),
    re_path(rf"^m/(?P<public_id>{_KEY})\.(?P<ending>[a-z0-9]{{1,5}})\Z", media.media, name="media"),
    path("webhooks/sendgrid", webhooks.from_sendgrid, name="webhook-sendgrid"),
    path("favicon.ico", media.no_icon),
    path("style.css", media.style, name="style"),
    path("", include("newsletter.web.entry.urls")),
    path("", include("newsletter.web.administration.urls")),
    path("", include("newsletter.web.pool.urls")),
    path("", include("newsletter.web.issues.urls")),
    path("", include("newsletter.web.sending.urls")),
    path("", include("newsletter.web.reporting.urls")),
    path("", include("newsletter.web.readers.urls")),
    path("", include("newsletter.web.editor.preview_urls")),
    path("", include("newsletter.web.editor.urls")),
]

handler400 = errors.bad_request
handler404 = errors.not_found
handler500 = errors.failed

"""Addresses: the short ones stand in mails for years and never change."""

from django.urls import path, re_path

from newsletter.web import archive, desk, errors, public

urlpatterns = [
    re_path(r"^u/(?P<token>[A-Za-z0-9_-]{22})\Z", public.unsubscribe, name="unsubscribe"),
    path("u/own", archive.own_link, name="own-link"),
    path("a/<slug:slug>", archive.issue, name="archive"),
    re_path(r"^m/(?P<public_id>[A-Za-z0-9_-]{22})\.(?P<ending>[a-z0-9]{1,5})\Z", public.media, name="media"),
    path("favicon.ico", public.no_icon),
    path("style.css", public.style, name="style"),
    path("", desk.issues, name="issues"),
    path("issues/<slug:slug>/", desk.issue, name="issue"),
    path("issues/<slug:slug>/<str:language>/", desk.mail, name="mail"),
    path("issues/<slug:slug>/<str:language>/<path:name>", desk.mail_file, name="mail-file"),
]

handler400 = errors.bad_request
handler404 = errors.not_found
handler500 = errors.failed

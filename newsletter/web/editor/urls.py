"""Addresses of this part of the desk."""

from django.urls import path

from newsletter.web.editor import look

urlpatterns = [
    path("issues/<slug:slug>/", look.issue, name="issue"),
    path("issues/<slug:slug>/<str:language>/", look.mail, name="mail"),
    path("issues/<slug:slug>/<str:language>/<path:name>", look.mail_file, name="mail-file"),
]

"""Addresses of the preview of an issue and of what is uploaded for it."""

from django.urls import path

from newsletter.web.editor import preview, uploads

urlpatterns = [
    path("issues/<slug:slug>/preview/", preview.preview, name="preview"),
    path("issues/<slug:slug>/preview/mail/", preview.mail, name="preview-mail"),
    path("m/logo/<str:key>", preview.logo, name="preview-logo"),
    path("issues/<slug:slug>/preview/readers/", preview.readers, name="preview-readers"),
    path("issues/<slug:slug>/upload/", uploads.upload, name="upload"),
]

"""Addresses of this part of the desk."""

from django.urls import path

from newsletter.web.issues import listing, published, starting

urlpatterns = [
    path("", listing.issues, name="issues"),
    path("issues/new/", starting.start, name="issue-new"),
    path("published/", published.published, name="published"),
    path("published/<slug:slug>/", published.keep_private, name="keep-private"),
]

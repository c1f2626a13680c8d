"""Addresses of this part of the desk."""

from django.urls import path

from newsletter.web.issues import listing, starting

urlpatterns = [
    path("", listing.issues, name="issues"),
    path("issues/new/", starting.start, name="issue-new"),
]

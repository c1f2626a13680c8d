"""Addresses of this part of the desk."""

from django.urls import path

from newsletter.web.readers import segments

urlpatterns = [
    path("segments/", segments.segment, name="segments"),
    path("segments/<slug:slug>/", segments.segment, name="segment"),
]

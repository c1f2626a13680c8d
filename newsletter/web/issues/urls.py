"""Addresses of this part of the desk."""

from django.urls import path

from newsletter.web.issues import listing

urlpatterns = [path("", listing.issues, name="issues")]

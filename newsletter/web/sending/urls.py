"""Addresses of this part of the desk."""

from django.urls import path

from newsletter.web.sending import approval, send, tests
from newsletter.web.sending import mailings as sent

urlpatterns = [
    path("issues/<slug:slug>/tests/", tests.tests, name="tests"),
    path("issues/<slug:slug>/approval/", approval.approval, name="approval"),
    path("issues/<slug:slug>/send/", send.send, name="send"),
    path("mailings/", sent.mailings, name="mailings"),
    path("mailings/<int:number>/", sent.mailing, name="mailing"),
]

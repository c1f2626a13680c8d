"""Addresses of this part of the desk."""

from django.urls import path

from newsletter.web.sending import approval, comments, deeds, send, tests
from newsletter.web.sending import mailings as sent

_ISSUE = "issues/<slug:slug>"
_MAILING = "mailings/<int:number>"

urlpatterns = [
    path(f"{_ISSUE}/tests/", tests.tests, name="tests"),
    path(f"{_ISSUE}/tests/send/", tests.send, name="tests-send"),
    path(f"{_ISSUE}/tests/find/", tests.find, name="tests-find"),
    path(f"{_ISSUE}/tests/reviewer/", tests.reviewer, name="reviewer"),
    path(f"{_ISSUE}/approval/", approval.approval, name="approval"),
    path(f"{_ISSUE}/approval/submit/", approval.submit, name="approval-submit"),
    path(f"{_ISSUE}/approval/decide/", approval.decide, name="approval-decide"),
    path(f"{_ISSUE}/approval/withdraw/", approval.withdraw, name="approval-withdraw"),
    path(f"{_ISSUE}/comments/", comments.comment, name="comment"),
    path(f"{_ISSUE}/comments/<int:number>/", comments.resolve, name="comment-resolve"),
    path(f"{_ISSUE}/send/", send.send, name="send"),
    path(f"{_ISSUE}/send/start/", send.start, name="send-start"),
    path(f"{_ISSUE}/send/people/", send.people, name="send-people"),
    path("mailings/", sent.mailings, name="mailings"),
    path(f"{_MAILING}/", sent.mailing, name="mailing"),
    path(f"{_MAILING}/pause/", deeds.pause, name="mailing-pause"),
    path(f"{_MAILING}/resume/", deeds.resume, name="mailing-resume"),
    path(f"{_MAILING}/cancel/", deeds.cancel, name="mailing-cancel"),
    path(f"{_MAILING}/retry/", deeds.retry, name="mailing-retry"),
    path(f"{_MAILING}/resolve/", deeds.resolve, name="mailing-resolve"),
]

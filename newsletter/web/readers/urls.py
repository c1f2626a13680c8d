"""Addresses of this part of the desk."""

from django.urls import path, re_path

from newsletter.web.readers import imports, lists, segments, subscribers

_JOB = r"^imports/job/(?P<token>[A-Za-z0-9_-]{22})/"

urlpatterns = [
    path("lists/", lists.lists, name="lists"),
    path("lists/<slug:slug>/", lists.one_list, name="list"),
    path("subscribers/", subscribers.subscribers, name="subscribers"),
    path("subscribers/new/", subscribers.add, name="subscriber-add"),
    path("subscribers/<int:number>/", subscribers.subscriber, name="subscriber"),
    path("subscribers/<int:number>/change/", subscribers.change, name="subscriber-change"),
    path("subscribers/<int:number>/download/", subscribers.download, name="subscriber-download"),
    path("imports/", imports.imports, name="imports"),
    path("imports/new/", imports.new, name="import-new"),
    path("imports/<int:number>/", imports.one_import, name="import"),
    re_path(rf"{_JOB}\Z", imports.job, name="import-job"),
    re_path(rf"{_JOB}errors/\Z", imports.errors, name="import-errors"),
    re_path(rf"{_JOB}give-up/\Z", imports.give_up, name="import-give-up"),
    path("segments/", segments.segment, name="segments"),
    path("segments/<slug:slug>/", segments.segment, name="segment"),
]

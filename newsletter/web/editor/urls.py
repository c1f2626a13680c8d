"""Addresses of this part of the desk."""

from django.urls import path

from newsletter.web.editor import adding, checking, comments, languages, live, live_links, revisions, saving, workspace

_KEY = "issues/<slug:slug>/items/<str:key>/"
_IN = "issues/<slug:slug>/in/<str:language>/"

urlpatterns = [
    path("issues/<slug:slug>/", workspace.issue, name="issue"),
    path("issues/<slug:slug>/items/", workspace.items, name="issue-items"),
    path(_KEY, workspace.part, name="issue-item"),
    path(f"{_KEY}save/", saving.save, name="issue-save"),
    path(f"{_KEY}shape/", saving.shape, name="issue-shape"),
    path("issues/<slug:slug>/languages/", languages.languages, name="issue-languages"),
    path("issues/<slug:slug>/languages/put-back/", languages.put_back, name="issue-language-put-back"),
    path(_IN, workspace.issue, name="translation"),
    path(f"{_IN}items/", workspace.items, name="translation-items"),
    path(f"{_IN}items/<str:key>/", workspace.part, name="translation-item"),
    path(f"{_IN}items/<str:key>/save/", saving.save, name="translation-save"),
    path(f"{_IN}items/<str:key>/shape/", saving.shape, name="translation-shape"),
    path(f"{_IN}items/<str:key>/done/", languages.finish, name="translation-done"),
    path(f"{_IN}remove/", languages.remove, name="translation-remove"),
    path("issues/<slug:slug>/move/", saving.move, name="issue-move"),
    path("issues/<slug:slug>/remove/", saving.remove, name="issue-remove"),
    path("issues/<slug:slug>/put-back/", saving.put_back, name="issue-put-back"),
    path("issues/<slug:slug>/duplicate/", saving.duplicate, name="issue-duplicate"),
    path("issues/<slug:slug>/add/", adding.choose, name="issue-add"),
    path("issues/<slug:slug>/add/<str:kind>/", adding.add, name="issue-add-kind"),
    path("issues/<slug:slug>/take/", adding.take, name="issue-take"),
    path("issues/<slug:slug>/checks/", checking.findings, name="issue-checks"),
    path("issues/<slug:slug>/follow/", live_links.follow, name="issue-follow"),
    path("issues/<slug:slug>/mend/", checking.mend, name="issue-mend"),
    path("issues/<slug:slug>/accept/", checking.accept, name="issue-accept"),
    path("issues/<slug:slug>/withdraw/", checking.withdraw, name="issue-withdraw"),
    path(f"{_KEY}comment/", comments.write, name="issue-comment"),
    path(f"{_KEY}settle/", comments.settle, name="issue-comment-settle"),
    path("issues/<slug:slug>/live/", live.live, name="issue-live"),
    path("issues/<slug:slug>/revisions/", revisions.revisions, name="revisions"),
    path("issues/<slug:slug>/revisions/<int:number>/", revisions.revision, name="revision"),
    path("issues/<slug:slug>/revisions/<int:number>/restore/", revisions.restore, name="revision-restore"),
]

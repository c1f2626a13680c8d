"""Addresses of this part of the desk."""

from django.urls import path, re_path

from newsletter.web.administration import audit, health, people, settings

urlpatterns = [
    path("people/", people.people, name="people"),
    path("people/new/", people.invite, name="person-new"),
    path("people/<int:number>/", people.person, name="person"),
    path("settings/", settings.settings, name="settings"),
    re_path(r"^settings/(?P<name>[a-z_.]{1,60})/\Z", settings.section, name="settings-section"),
    path("audit/", audit.audit, name="audit"),
    path("audit/audit.csv", audit.audit_csv, name="audit-csv"),
    path("health/", health.health, name="health"),
    path("health/here/", health.here, name="health-here"),
]

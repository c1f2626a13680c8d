"""Addresses of this part of the desk."""

from django.urls import path

from newsletter.web.reporting import report

urlpatterns = [
    path("mailings/<int:number>/report/", report.report, name="report"),
]

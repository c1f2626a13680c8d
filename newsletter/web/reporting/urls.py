"""Addresses of this part of the desk."""

from django.urls import path

from newsletter.web.reporting import report

urlpatterns = [
    path("mailings/<int:number>/report/", report.report, name="report"),
    path("mailings/<int:number>/report/figures.csv", report.figures, name="report-figures"),
    path("mailings/<int:number>/report/recipients.csv", report.recipients, name="report-recipients"),
]

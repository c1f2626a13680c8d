"""Addresses of this part of the desk."""

from django.urls import path, re_path

from newsletter.web.pool import handing_in, listing, sharing

_LINK = r"^hand-in/(?P<key>[A-Za-z0-9_-]{22})/"

urlpatterns = [
    path("items/", listing.items, name="items"),
    path("items/new/", handing_in.choose, name="item-new"),
    path("items/new/<slug:kind>/", handing_in.new, name="item-new-kind"),
    path("items/links/", sharing.links, name="item-links"),
    path("items/into/", handing_in.put_into, name="items-into"),
    path("items/<int:number>/", handing_in.item, name="item"),
    path("items/<int:number>/drop/", listing.drop_item, name="item-drop"),
    re_path(rf"{_LINK}\Z", handing_in.by_link, name="hand-in"),
    re_path(rf"{_LINK}thanks/\Z", handing_in.thanks, name="hand-in-thanks"),
    re_path(rf"{_LINK}(?P<kind>[a-z-]{{1,40}})/\Z", handing_in.new_by_link, name="hand-in-kind"),
]

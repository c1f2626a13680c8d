"""Addresses of this part of the desk."""

from django.urls import path

from newsletter.web.entry import account, setup, sign_in

urlpatterns = [
    path("setup/", setup.setup, name="setup"),
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path("sign-in/code/", sign_in.code, name="sign-in-code"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("account/", account.account, name="account"),
    path("account/second-factor/", account.second_factor, name="second-factor"),
]

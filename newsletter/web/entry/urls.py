"""Addresses of this part of the desk."""

from django.urls import path

from newsletter.web.entry import account, look_step, setup, sign_in

urlpatterns = [
    path("setup/", setup.setup, name="setup"),
    path("setup/sample-mail/", look_step.sample, name="setup-sample-mail"),
    path("setup/logo/", look_step.shown_logo, name="setup-logo"),
    path("setup/samples/remove/", setup.remove_samples, name="setup-samples-remove"),
    path("setup/<slug:name>/", setup.step, name="setup-step"),
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path("sign-in/code/", sign_in.code, name="sign-in-code"),
    path("welcome/<int:number>/<str:token>/", sign_in.choose_password, name="choose-password"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("account/", account.account, name="account"),
    path("account/second-factor/", account.factor, name="second-factor"),
]

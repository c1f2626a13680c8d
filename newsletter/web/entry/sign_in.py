"""Signing in and out."""

from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from newsletter.models import Account
from newsletter.web.access import desk, entrance, local_path, to
from newsletter.web.desk import draw


@entrance
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The form for address and password. What is wrong is not told: neither an address nor a role can be found out."""
    if not Account.objects.exists():
        return HttpResponseRedirect(reverse("setup"))
    following = local_path(request.POST.get("next") or request.GET.get("next", ""))
    email, problem = request.POST.get("email", ""), ""
    if request.method == "POST":
        account = authenticate(request, username=email, password=request.POST.get("password", ""))
        if account is not None:
            login(request, account)
            return to(request, following)
        problem = "The address or the password is not right."
    return draw(request, "sign-in", status=400 if problem else 200, email=email, following=following, problem=problem)


@desk()
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session."""
    logout(request)
    return to(request, reverse("sign-in"))


@desk()
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The code of the second factor."""
    return HttpResponseRedirect("/")

"""Signing in by the one-time link that the start prints, and out."""

from __future__ import annotations

from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST, require_safe

from cluster.kubeadm import demo
from cluster.kubeadm.fleet import FLEET
from dashboard.login import redeem

WANTED = "wanted"
"""Where a shared link leads, kept until its reader has signed in."""


@require_safe
def login_page(request: HttpRequest) -> HttpResponse:
    wanted = request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, None) and wanted != "/":
        request.session[WANTED] = wanted
    return render(request, "pages/login.html", {"spent": False, "shared": WANTED in request.session})


@require_GET
def login_link(request: HttpRequest, token: str) -> HttpResponse:
    owner = redeem(token)
    if owner is None:
        return render(request, "pages/login.html", {"spent": True}, status=403)
    wanted = request.session.get(WANTED)
    login(request, owner, backend="django.contrib.auth.backends.ModelBackend")
    if request.session.pop(WANTED, None) is not None and wanted:
        return redirect(wanted)
    return redirect("diagram", slug=demo.SLUG) if FLEET.get(demo.SLUG) else redirect("clusters")


@require_POST
def logout_page(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("login")

"""Every address of the review site, and the page that answers it."""

from __future__ import annotations

from django.urls import path

from dashboards.pages import accounts, decide, health, hit, password, people, picture, queue, reference, reveal, setup, sign_in, store

urlpatterns = [
    path("", queue.queue, name="queue"),
    path("hits/<str:hit_id>", hit.hit, name="hit"),
    path("hits/<str:hit_id>/decide", decide.decide, name="decide"),
    path("hits/<str:hit_id>/reveal", reveal.reveal, name="reveal"),
    path("hits/<str:hit_id>/<str:shown>.jpg", picture.picture, name="picture"),
    path("references/<str:sha256>.jpg", reference.reference, name="reference"),
    path("accounts", accounts.accounts, name="accounts"),
    path("people", people.people, name="people"),
    path("people/release", people.release, name="release"),
    path("password", password.Password.as_view(), name="password"),
    path("sign-in", sign_in.SignIn.as_view(), name="sign_in"),
    path("sign-out", sign_in.SignOut.as_view(), name="sign_out"),
    path("setup/<str:token>", setup.setup, name="setup"),
    path("store/outbox/<str:batch_id>", store.batch, name="store_batch"),
    path("store/vault/<str:sha256>", store.captured, name="store_captured"),
    path("store/<str:call>", store.store, name="store"),
    path("healthz", health.healthz, name="healthz"),
]

from __future__ import annotations

import html
import stat
from pathlib import Path

import pytest
from django.test import Client, override_settings

from dashboards import first_sign_in
from domain.viewer import Role
from storage.auditing import audit
from storage.store import Store
from tests.dashboards.conftest import PASSWORD, SignedIn

FORM = {"name": "r.alvarez", "password": PASSWORD, "again": PASSWORD}


def sign_in(client: Client, name: str, password: str) -> int:
    """The status of trying to."""
    return client.post("/sign-in", {"username": name, "password": password}).status_code


def actions(store: Store) -> set[str]:
    """What was recorded."""
    return {entry.action for entry in audit.entries(store)}


class TestSetup:
    """The first sign-in."""

    def test_the_first_person_is_supervisor_and_administrator(self, nobody: None, store: Store) -> None:
        from dashboards import people

        client = Client()
        answer = client.post(f"/setup/{first_sign_in.offer()}", FORM)
        assert (answer.status_code, answer["Location"]) == (302, "/")
        (person,) = people.every()
        assert (person.name, set(person.roles)) == ("r.alvarez", {Role.SUPERVISOR, Role.ADMINISTRATOR})
        assert client.get("/").status_code == 200
        assert [(entry.actor, entry.subject) for entry in audit.entries(store) if entry.action == "user:added"] == [("r.alvarez", "r.alvarez")]

    def test_the_address_works_once(self, nobody: None, store: Store) -> None:
        token = first_sign_in.offer()
        Client().post(f"/setup/{token}", FORM)
        assert Client().get(f"/setup/{token}").status_code == 404
        assert Client().post(f"/setup/{token}", FORM | {"name": "second"}).status_code == 404
        assert first_sign_in.offer() is None

    def test_the_password_is_kept_by_argon2_in_its_full_strength(self, nobody: None, store: Store) -> None:
        from django.contrib.auth.models import User

        from dashboards import settings

        with override_settings(PASSWORD_HASHERS=settings.PASSWORD_HASHERS):
            Client().post(f"/setup/{first_sign_in.offer()}", FORM)
            assert User.objects.get().password.startswith("argon2$argon2id$v=19$m=102400,t=2,p=8$")
            assert sign_in(Client(), "r.alvarez", PASSWORD) == 302
            assert sign_in(Client(), "r.alvarez", f"{PASSWORD}!") != 302

    def test_looking_at_it_does_not_use_it_up(self, nobody: None, store: Store) -> None:
        token = first_sign_in.offer()
        assert Client().get(f"/setup/{token}").status_code == 200
        assert Client().get(f"/setup/{token}").status_code == 200

    @pytest.mark.parametrize("token", ["guess", "é", "%00"])
    def test_another_address_is_none(self, nobody: None, store: Store, token: str) -> None:
        first_sign_in.offer()
        assert Client().get(f"/setup/{token}").status_code == 404

    def test_a_token_of_an_earlier_start_is_dead(self, nobody: None, store: Store) -> None:
        earlier = first_sign_in.offer()
        first_sign_in.offer()
        assert Client().get(f"/setup/{earlier}").status_code == 404

    def test_no_token_is_offered_where_somebody_is(self, signed_in: SignedIn, store: Store) -> None:
        signed_in()
        assert first_sign_in.offer() is None

    def test_the_token_is_its_owners_alone(self, nobody: None, store: Store, site: Path) -> None:
        first_sign_in.offer()
        assert stat.S_IMODE((site / "setup.token").stat().st_mode) == 0o600
        assert stat.S_IMODE((site / "site.key").stat().st_mode) == 0o600

    @pytest.mark.parametrize(
        ("wrong", "told"),
        [
            ({"again": "another long password"}, "The two passwords differ."),
            ({"password": "short", "again": "short"}, "at least 12 characters"),
            ({"password": "123456789012", "again": "123456789012"}, "entirely numeric"),
            ({"password": "r.alvarez.2026", "again": "r.alvarez.2026"}, "too similar"),
            ({"name": ""}, "This field is required."),
            ({"name": "a b<c>"}, "valid username"),
        ],
    )
    def test_what_is_not_good_enough_is_said(self, nobody: None, store: Store, wrong: dict[str, str], told: str) -> None:
        from dashboards import people

        token = first_sign_in.offer()
        answer = Client().post(f"/setup/{token}", FORM | wrong)
        assert answer.status_code == 422
        assert told in html.unescape(answer.content.decode())
        assert people.every() == []
        assert first_sign_in.accepts(str(token))


class TestSignIn:
    """Name and password."""

    def test_the_right_ones_let_in_and_go_on_to_where_one_was_going(self, signed_in: SignedIn, store: Store) -> None:
        signed_in(name="j.lee")
        client = Client()
        answer = client.post("/sign-in", {"username": "j.lee", "password": PASSWORD, "next": "/accounts"})
        assert (answer.status_code, answer["Location"]) == (302, "/accounts")

    def test_one_is_never_sent_to_another_site(self, signed_in: SignedIn, store: Store) -> None:
        signed_in(name="j.lee")
        answer = Client().post("/sign-in", {"username": "j.lee", "password": PASSWORD, "next": "https://attacker.example/"})
        assert answer["Location"] == "/"

    def test_the_fifth_wrong_password_locks_the_name(self, signed_in: SignedIn, store: Store) -> None:
        signed_in(name="j.lee")
        client = Client()
        assert [sign_in(client, "j.lee", f"wrong {number}") for number in range(5)] == [200, 200, 200, 200, 429]
        assert sign_in(Client(), "j.lee", PASSWORD) == 429
        assert b"This name is locked" in Client().post("/sign-in", {"username": "j.lee", "password": PASSWORD}).content

    def test_three_wrong_ones_do_not_and_the_right_one_forgives_them(self, signed_in: SignedIn, store: Store) -> None:
        signed_in(name="j.lee")
        for _ in range(2):
            assert [sign_in(Client(), "j.lee", "wrong") for _ in range(3)] == [200] * 3
            assert sign_in(Client(), "j.lee", PASSWORD) == 302

    def test_an_unknown_name_is_answered_like_a_known_one(self, signed_in: SignedIn, store: Store) -> None:
        signed_in(name="j.lee")
        known = Client().post("/sign-in", {"username": "j.lee", "password": "wrong"})
        unknown = Client().post("/sign-in", {"username": "n.one", "password": "wrong"})
        assert known.status_code == unknown.status_code == 200
        assert b"do not fit together" in known.content
        assert b"do not fit together" in unknown.content

    def test_signing_out_ends_the_session(self, signed_in: SignedIn, store: Store) -> None:
        client = signed_in()
        assert client.post("/sign-out")["Clear-Site-Data"] == '"cache"'
        assert client.get("/").status_code == 302

    def test_the_session_cookie_is_out_of_scripts_reach(self, signed_in: SignedIn, store: Store) -> None:
        signed_in(name="j.lee")
        client = Client()
        sign_in(client, "j.lee", PASSWORD)
        cookie = client.cookies["sessionid"]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"


class TestSessionLimits:
    """12 hours at most, 30 minutes without a request."""

    @pytest.mark.parametrize(("aged", "status"), [({"seen_at": 29 * 60}, 200), ({"seen_at": 31 * 60}, 302), ({"started_at": 13 * 3600}, 302)])
    def test_a_session_left_alone_or_too_old_is_over(self, signed_in: SignedIn, store: Store, aged: dict[str, float], status: int) -> None:
        client = signed_in()
        client.get("/")
        session = client.session
        for name, seconds in aged.items():
            session[name] -= seconds
        session.save()
        assert client.get("/").status_code == status

    def test_requests_keep_it_alive(self, signed_in: SignedIn, store: Store) -> None:
        client = signed_in()
        client.get("/")
        session = client.session
        session["seen_at"] -= 20 * 60
        session.save()
        client.get("/")
        assert client.session["seen_at"] > session["seen_at"]


class TestPeople:
    """Adding people and letting them in again."""

    def test_an_administrator_adds_a_person_with_roles(self, signed_in: SignedIn, store: Store) -> None:
        from dashboards import people

        client = signed_in(Role.ADMINISTRATOR)
        answer = client.post("/people", FORM | {"name": "j.lee", "roles": ["auditor", "supervisor"]}, follow=True)
        assert b"j.lee may sign in" in answer.content
        assert {person.name: set(person.roles) for person in people.every()}["j.lee"] == {Role.AUDITOR, Role.SUPERVISOR}
        assert sign_in(Client(), "j.lee", PASSWORD) == 302
        (entry,) = [entry for entry in audit.entries(store) if entry.action == "user:added"]
        assert (entry.actor, entry.subject, entry.detail) == ("r.alvarez", "j.lee", {"roles": ["auditor", "supervisor"]})

    @pytest.mark.parametrize("wrong", [{"roles": []}, {"roles": ["chief"]}, {"name": "R.Alvarez", "roles": ["member"]}])
    def test_what_is_wrong_adds_nobody(self, signed_in: SignedIn, store: Store, wrong: dict[str, object]) -> None:
        from dashboards import people

        answer = signed_in(Role.ADMINISTRATOR).post("/people", FORM | {"name": "j.lee"} | wrong)
        assert answer.status_code == 422
        assert [person.name for person in people.every()] == ["r.alvarez"]
        assert "user:added" not in actions(store)

    @pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
    def test_nobody_else_adds_people(self, signed_in: SignedIn, store: Store, role: Role) -> None:
        client = signed_in(role)
        assert client.get("/people").status_code == 403
        assert client.post("/people", FORM | {"name": "j.lee", "roles": ["administrator"]}).status_code == 403
        assert client.post("/people/release", {"name": "j.lee"}).status_code == 403

    def test_an_administrator_lets_a_locked_person_in_again(self, signed_in: SignedIn, store: Store) -> None:
        signed_in(name="j.lee")
        for _ in range(5):
            sign_in(Client(), "j.lee", "wrong")
        administrator = signed_in(Role.ADMINISTRATOR, name="boss")
        assert b"Let in again" in administrator.get("/people").content
        administrator.post("/people/release", {"name": "j.lee"})
        assert sign_in(Client(), "j.lee", PASSWORD) == 302

    def test_an_administrator_alone_is_sent_to_the_people(self, signed_in: SignedIn, store: Store) -> None:
        assert signed_in(Role.ADMINISTRATOR).get("/")["Location"] == "/people"

    def test_a_group_that_is_no_role_gives_no_right(self, signed_in: SignedIn, store: Store) -> None:
        from django.contrib.auth.models import Group, User

        client = signed_in(Role.MEMBER)
        User.objects.get(username="r.alvarez").groups.add(Group.objects.create(name="root"))
        assert client.get("/").status_code == 403

    def test_everybody_changes_their_own_password(self, signed_in: SignedIn, store: Store) -> None:
        client = signed_in()
        new = "another long password"
        client.post("/password", {"old_password": PASSWORD, "new_password1": new, "new_password2": new})
        assert sign_in(Client(), "r.alvarez", new) == 302

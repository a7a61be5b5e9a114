"""Signed notes: byte for byte those of the Go implementation, and nothing forged, changed or half is believed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.account import Compartment
from storage.auditing.signed_notes import Signer, UnusableKey, UnusableNote, Verifier, checkpoint_text, is_key_name, opened_checkpoint
from storage.auditing.tree_head import TreeHead

# The key pair and the note of golang.org/x/mod/sumdb/note's documentation.
PRIVATE = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PUBLIC = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
NOTE = f"{TEXT}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"

SIGNER = Signer("police.example.gov/log", bytes(range(32)))
HEAD = TreeHead(Compartment.GENERAL, 12, "ab" * 32, "cd" * 32)
SIGNED = SIGNER.signed(checkpoint_text(HEAD, SIGNER.name))


def test_it_signs_as_go_does() -> None:
    signer = Signer.read(PRIVATE)
    assert str(signer.verifier) == PUBLIC
    assert signer.signed(TEXT).decode() == NOTE
    assert Verifier.read(PUBLIC) == signer.verifier
    assert signer.secret_line() == PRIVATE + "\n"


def test_a_checkpoint_reads_as_c2sp_says() -> None:
    origin, size, root, head, empty, signature, end = SIGNED.decode().split("\n")
    assert (origin, size, root, head, empty, end) == (
        "police.example.gov/log/general",
        "12",
        "q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s=",
        f"chain {'cd' * 32}",
        "",
        "",
    )
    assert signature.startswith("— police.example.gov/log ")


@given(
    compartment=st.sampled_from(Compartment),
    size=st.integers(0, 2**63),
    root=st.binary(min_size=32, max_size=32),
    head=st.binary(min_size=32, max_size=32),
)
def test_what_is_signed_comes_back(compartment: Compartment, size: int, root: bytes, head: bytes) -> None:
    tree = TreeHead(compartment, size, root.hex(), head.hex())
    assert opened_checkpoint(SIGNER.signed(checkpoint_text(tree, SIGNER.name)), SIGNER.verifier) == tree


@given(data=st.data())
def test_one_changed_byte_and_it_proves_nothing(data: st.DataObject) -> None:
    where = data.draw(st.integers(0, len(SIGNED) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != SIGNED[where]))
    with pytest.raises(UnusableNote):
        opened_checkpoint(SIGNED[:where] + bytes([byte]) + SIGNED[where + 1 :], SIGNER.verifier)


@given(note=st.binary(max_size=300) | st.integers(0, len(SIGNED) - 1).map(lambda end: SIGNED[:end]))
def test_neither_noise_nor_half_a_note_is_one(note: bytes) -> None:
    with pytest.raises(UnusableNote):
        opened_checkpoint(note, SIGNER.verifier)


def other_key() -> bytes:
    return Signer(SIGNER.name, bytes(32)).signed(checkpoint_text(HEAD, SIGNER.name))


@pytest.mark.parametrize(
    ("note", "why"),
    [
        (other_key(), "not signed by the key"),
        (Signer("somebody.example", SIGNER.seed).signed(checkpoint_text(HEAD, SIGNER.name)), "not signed by the key"),
        (SIGNED.replace(b"\n12\n", b"\n13\n"), "forged, or changed"),
        (SIGNER.signed("hello\n"), "no checkpoint of this audit"),
        (SIGNER.signed(checkpoint_text(HEAD, "another.example/log")), "no checkpoint of this audit"),
        (SIGNER.signed(checkpoint_text(HEAD, SIGNER.name).replace("\n12\n", "\n012\n")), "no checkpoint of this audit"),
        (SIGNER.signed(checkpoint_text(HEAD, SIGNER.name) + "more\n"), "no checkpoint of this audit"),
        (SIGNED.replace("—".encode(), b"--"), "no signed note"),
        (SIGNED.replace(b"\n\n", b"\n"), "no signed note"),
        (b"\xff" + SIGNED, "not UTF-8"),
        (b"", "no signed note"),
        (b"a" * 70_000 + b"\n" + SIGNED, "no signed note"),
    ],
)
def test_what_is_wrong_with_a_note_is_said(note: bytes, why: str) -> None:
    with pytest.raises(UnusableNote, match=why):
        opened_checkpoint(note, SIGNER.verifier)


def test_signatures_of_others_beside_the_trusted_one_count_for_nothing() -> None:
    witness = Signer("witness.example", bytes(32)).signed(checkpoint_text(HEAD, SIGNER.name)).split(b"\n\n")[1]
    assert opened_checkpoint(SIGNED + witness, SIGNER.verifier) == HEAD
    assert opened_checkpoint(SIGNED.replace(b"\n\n", b"\n\n" + witness), SIGNER.verifier) == HEAD


def test_of_two_signatures_by_the_trusted_key_both_must_hold() -> None:
    wrong = SIGNER.signed("hello\n").split(b"\n\n")[1]
    with pytest.raises(UnusableNote, match="forged"):
        opened_checkpoint(SIGNED + wrong, SIGNER.verifier)


@pytest.mark.parametrize(
    "line",
    ["", "name", "name+00000000+AAAA", "na me+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", PUBLIC.replace("c7", "c8"), PUBLIC[:-4], PUBLIC + "*"],
)
def test_a_line_that_is_no_key_is_refused(line: str) -> None:
    with pytest.raises(UnusableKey):
        Verifier.read(line)
    with pytest.raises(UnusableKey):
        Signer.read(f"PRIVATE+KEY+{line}")


def test_a_private_key_is_not_shown_by_accident() -> None:
    assert "PRIVATE" not in str(SIGNER)
    assert SIGNER.seed.hex() not in repr(SIGNER)


def test_names_of_keys() -> None:
    assert is_key_name("police.example.gov/plainview")
    assert not any(is_key_name(name) for name in ("", "a b", "a+b", "a\nb", "a\u2003b", "a\x00b"))


def test_a_fresh_key_is_another_each_time() -> None:
    one, other = Signer.new("log"), Signer.new("log")
    assert one.seed != other.seed
    assert Signer.read(one.secret_line()) == one

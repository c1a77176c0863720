"""Ciphers, blind index, and the fields that hold amounts."""

import pytest
from django.core.exceptions import ValidationError
from django.db import models
from hypothesis import given
from hypothesis import strategies as st

from core import secrets
from core.api.fields import FenSerializerField
from core.fields import FenField, FenFormField

NUMBER = "11010519491231002X"


@given(st.text(max_size=60))
def test_a_cipher_gives_its_text_again_and_never_twice_the_same(text: str) -> None:
    one, other = secrets.encrypt(text), secrets.encrypt(text)
    assert secrets.decrypt(one) == secrets.decrypt(memoryview(other)) == text
    assert one != other


def test_a_cipher_shows_no_digits_and_any_change_is_noticed() -> None:
    cipher = secrets.encrypt(NUMBER)
    assert NUMBER.encode() not in cipher
    assert NUMBER[-4:].encode() not in cipher
    for place in range(len(cipher)):
        changed = bytearray(cipher)
        changed[place] ^= 1
        with pytest.raises(secrets.Unreadable):
            secrets.decrypt_bytes(bytes(changed))
    for length in (0, 5, len(cipher) - 1):
        with pytest.raises(secrets.Unreadable):
            secrets.decrypt(cipher[:length])


def test_another_key_reads_nothing_and_finds_nothing(settings: pytest.FixtureRequest) -> None:
    cipher, index = secrets.encrypt(NUMBER), secrets.blind_index(NUMBER)
    assert len(index) == 32
    assert index == secrets.blind_index(NUMBER)
    assert index != secrets.blind_index(NUMBER[:-1] + "1")
    assert index != secrets.seal_digest(NUMBER.encode())
    settings.DATA_KEY = b"another key of another office...."  # type: ignore[attr-defined]
    assert secrets.blind_index(NUMBER) != index
    with pytest.raises(secrets.Unreadable):
        secrets.decrypt(cipher)
    settings.DATA_KEY = b"short"  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="shorter"):
        secrets.encrypt(NUMBER)


def test_the_standard_examples_hold_on_this_machine() -> None:
    secrets.self_test()


def test_the_form_takes_yuan_and_gives_fen() -> None:
    field = FenField("实缴").formfield()
    assert isinstance(field, FenFormField)
    assert [field.clean(text) for text in ("1,234.50", "１２．３", "￥5", "-0.01")] == [123450, 1230, 500, -1]
    assert field.prepare_value(123450) == "1234.50"
    assert field.prepare_value("what was typed") == "what was typed"
    for text in ("NaN", "1e5", "0.005", "10000000000001", "", "inf"):
        with pytest.raises(ValidationError):
            field.clean(text)
    with pytest.raises(ValidationError, match="不能小于 0"):
        FenField("实缴", min_fen=0).formfield().clean("-1")
    assert field.has_changed(123450, "1,234.50") is False
    assert field.has_changed(123450, "1,234.51") is True


def test_a_model_shows_yuan_and_refuses_floats_and_odd_names() -> None:
    class Slip(models.Model):
        paid_fen = FenField("实缴", default=0)

        class Meta:
            app_label = "core"
            managed = False

    assert Slip(paid_fen=-5).paid_yuan == "-0.05"  # type: ignore[attr-defined]
    assert Slip.paid_yuan.fget.short_description == "实缴"  # type: ignore[attr-defined]
    with pytest.raises(TypeError, match="fen is an integer"):
        Slip._meta.get_field("paid_fen").get_prep_value(1.5)
    odd = FenField("实缴")
    odd.contribute_to_class(Slip, "paid")
    assert [problem.id for problem in odd.check()] == ["core.E001"]
    from django.apps import apps

    del apps.all_models["core"]["slip"]
    apps.clear_cache()


def test_the_api_takes_integers_alone() -> None:
    from rest_framework.exceptions import ValidationError as Wrong

    field = FenSerializerField()
    assert field.run_validation(5) == 5
    for value in ("5", 5.0, True, "5.00", 10**16):
        with pytest.raises(Wrong):
            field.run_validation(value)

"""Ciphers for what must not lie in clear: SM4-GCM to store, keyed HMAC-SM3 to find, a separate key to seal the audit trail.

One secret (settings.DATA_KEY, outside the database and part of the backup plan) gives the three keys.
A cipher is version (1 byte) + nonce (12) + text + tag (16); changing any byte makes it unreadable.
"""

import functools
import os
from typing import NamedTuple

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.hmac import HMAC
from django.conf import settings

try:  # the newer releases keep national ciphers apart
    from cryptography.hazmat.decrepit.ciphers.algorithms import SM4  # type: ignore[attr-defined]
except ImportError:
    from cryptography.hazmat.primitives.ciphers.algorithms import SM4

VERSION = b"\x01"
NONCE_BYTES = 12
TAG_BYTES = 16


class Unreadable(Exception):
    """A cipher was changed, cut short, or made with another key."""


class Keys(NamedTuple):
    """The keys derived from the one secret; the HMAC objects are copied for each use, which is the cheap way."""

    cipher: SM4
    lookup: HMAC
    seal: HMAC


@functools.lru_cache(maxsize=4)
def _derive(secret: bytes) -> Keys:
    def derived(purpose: bytes) -> bytes:
        mac = HMAC(secret, hashes.SM3())
        mac.update(purpose)
        return mac.finalize()

    return Keys(
        SM4(derived(b"cipher")[:16]),
        HMAC(derived(b"blind index"), hashes.SM3()),
        HMAC(derived(b"audit seal"), hashes.SM3()),
    )


def _keys() -> Keys:
    secret = settings.DATA_KEY
    secret = secret.encode() if isinstance(secret, str) else bytes(secret)
    if len(secret) < 16:
        raise ValueError("DATA_KEY is shorter than 16 bytes")
    return _derive(secret)


def encrypt_bytes(content: bytes) -> bytes:
    """Cipher of any bytes; a new nonce each time, so equal texts have unequal ciphers."""
    nonce = os.urandom(NONCE_BYTES)
    encryptor = Cipher(_keys().cipher, modes.GCM(nonce)).encryptor()
    return VERSION + nonce + encryptor.update(content) + encryptor.finalize() + encryptor.tag


def decrypt_bytes(cipher: bytes | memoryview) -> bytes:
    """The bytes again; raises Unreadable when the cipher is not whole."""
    cipher = bytes(cipher)
    if len(cipher) < len(VERSION) + NONCE_BYTES + TAG_BYTES or cipher[:1] != VERSION:
        raise Unreadable("not a cipher of this office")
    nonce, body, tag = cipher[1 : 1 + NONCE_BYTES], cipher[1 + NONCE_BYTES : -TAG_BYTES], cipher[-TAG_BYTES:]
    decryptor = Cipher(_keys().cipher, modes.GCM(nonce, tag)).decryptor()
    try:
        return decryptor.update(body) + decryptor.finalize()
    except InvalidTag:
        raise Unreadable("the cipher was changed, or the key is another one") from None


def encrypt(text: str) -> bytes:
    """Cipher of a text."""
    return encrypt_bytes(text.encode())


def decrypt(cipher: bytes | memoryview) -> str:
    """The text of a cipher; raises Unreadable when it is not whole."""
    return decrypt_bytes(cipher).decode()


def blind_index(text: str) -> bytes:
    """32 bytes that are equal for equal texts and say nothing without the key: for look-up and uniqueness."""
    mac = _keys().lookup.copy()
    mac.update(text.encode())
    return mac.finalize()


def seal_digest(content: bytes) -> bytes:
    """32 bytes that only a holder of the key can make: for the chain of audit seals."""
    mac = _keys().seal.copy()
    mac.update(content)
    return mac.finalize()


def self_test() -> None:
    """Prove that this machine's library has the national ciphers (GB/T 32907 example 1); raises when not."""
    try:
        key = bytes.fromhex("0123456789abcdeffedcba9876543210")
        encryptor = Cipher(SM4(key), modes.ECB()).encryptor()  # noqa: S305  # the standard's own example is in ECB
        made = encryptor.update(key) + encryptor.finalize()
        digest = hashes.Hash(hashes.SM3())
        digest.update(b"abc")
        sm3 = digest.finalize()
    except UnsupportedAlgorithm as error:
        raise RuntimeError("the installed cryptography library has no SM4 or SM3") from error
    if made.hex() != "681edf34d206965e86b3e94f536e4246" or not sm3.hex().startswith("66c7f0f462eeedd9"):
        raise RuntimeError("SM4 or SM3 of the installed cryptography library gives wrong results")

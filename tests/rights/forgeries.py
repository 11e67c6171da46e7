"""Access tokens that nobody may accept."""

import base64
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kilowatch.contracts.accounts import FIRST_ADMINISTRATOR_ID

Parts = dict[str, Any]


def forgeries(real: Ed25519PrivateKey, kid: str, now: datetime) -> Iterator[tuple[str, str]]:
    """Each with a name. `real` is the key that `auth` signs with: what is wrong then is what was signed."""
    claims: Parts = {
        "iss": "kilowatch",
        "aud": "kilowatch",
        "sub": f"user/{FIRST_ADMINISTRATOR_ID}",
        "role": "administrator",
        "sid": str(uuid4()),
        "iat": int(now.timestamp()),
        "exp": int((now + timedelta(minutes=10)).timestamp()),
    }
    header: Parts = {"alg": "EdDSA", "typ": "at+jwt", "kid": kid}
    yield from _unsigned(header, claims)
    yield from _signed_with_what_is_public(real, header, claims)
    yield from _signed_with_another_key(header, claims)
    yield from _signed_but_wrong(real, header, claims, now)
    yield from _mangled(_sign(real, header, claims), _sign(real, header, claims | {"role": "client"}))


def _unsigned(header: Parts, claims: Parts) -> Iterator[tuple[str, str]]:
    for alg in ("none", "None", "NONE", "nOnE", ""):
        unsigned = f"{_part(header | {'alg': alg})}.{_part(claims)}"
        yield f"alg {alg!r}, no signature", f"{unsigned}."
        yield f"alg {alg!r}, some signature", f"{unsigned}.{_encode(b'x' * 64)}"
    yield "alg none without a kid", f"{_part({'alg': 'none', 'typ': 'at+jwt'})}.{_part(claims)}."


def _signed_with_what_is_public(real: Ed25519PrivateKey, header: Parts, claims: Parts) -> Iterator[tuple[str, str]]:
    public = real.public_key()
    raw = public.public_bytes_raw()
    secrets = {
        "the raw public key": raw,
        "its base64": _encode(raw).encode(),
        "its PEM": public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        "its DER": public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        "nothing": b"",
        "the kid": str(header["kid"]).encode(),
    }
    for name, secret in secrets.items():
        for alg in ("HS256", "HS384", "HS512"):
            yield f"{alg} with {name}", _hmac_signed(alg, secret, header, claims)


def _signed_with_another_key(header: Parts, claims: Parts) -> Iterator[tuple[str, str]]:
    other = Ed25519PrivateKey.generate()
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": _encode(other.public_key().public_bytes_raw()), "kid": header["kid"]}
    yield "another key under the same kid", _sign(other, header, claims)
    for kid in ("unknown", "", "../../../dev/null", "' OR 1=1 --", 1, None, [header["kid"]], {"kid": header["kid"]}):
        yield f"another key, kid {kid!r}", _sign(other, header | {"kid": kid}, claims)
    yield "another key, no kid", _sign(other, {key: header[key] for key in ("alg", "typ")}, claims)
    yield "another key, embedded", _sign(other, header | {"jwk": jwk}, claims)
    yield (
        "another key, embedded, its own kid",
        _sign(other, header | {"jwk": jwk | {"kid": "own"}, "kid": "own"}, claims),
    )
    for member in ("jku", "x5u"):
        yield f"another key, by {member}", _sign(other, header | {member: "https://example.org/keys"}, claims)
    yield "another key, by x5c", _sign(other, header | {"x5c": [_encode(b"certificate")]}, claims)


def _signed_but_wrong(
    real: Ed25519PrivateKey, header: Parts, claims: Parts, now: datetime
) -> Iterator[tuple[str, str]]:
    for typ in ("JWT", "refresh+jwt", "application/at+jwt", "", None, 1):
        yield f"typ {typ!r}", _sign(real, header | {"typ": typ}, claims)
    yield "no typ", _sign(real, {key: header[key] for key in ("alg", "kid")}, claims)
    yield "a critical extension", _sign(real, header | {"crit": ["x"], "x": 1}, claims)
    for name in claims:
        without = {key: value for key, value in claims.items() if key != name}
        yield f"no {name}", _sign(real, header, without)
        yield f"{name} is null", _sign(real, header, claims | {name: None})
    past, future = now - timedelta(minutes=1), now + timedelta(minutes=1)
    for name, value in [
        ("aud", "another"),
        ("aud", ["kilowatch", "another"]),
        ("aud", "kilowatch2"),
        ("iss", "https://example.org"),
        ("iss", ["kilowatch"]),
        ("exp", int(past.timestamp())),
        ("exp", 0),
        ("exp", -1),
        ("exp", "tomorrow"),
        ("exp", [int(future.timestamp())]),
        ("nbf", int(future.timestamp())),
        ("nbf", "now"),
        ("iat", int(future.timestamp())),
        ("iat", "now"),
        ("sub", str(FIRST_ADMINISTRATOR_ID)),
        ("sub", "user/1"),
        ("sub", "user/"),
        ("sub", "administrator/1"),
        ("sub", 1),
        ("role", "emperor"),
        ("role", ["administrator"]),
        ("sid", "1"),
    ]:
        yield f"{name} is {value!r}", _sign(real, header, claims | {name: value})


def _mangled(token: str, weaker: str) -> Iterator[tuple[str, str]]:
    head, body, signature = token.split(".")
    _, weaker_body, weaker_signature = weaker.split(".")
    yield "cut by ten", token[:-10]
    yield "cut in the middle", token[: len(token) // 2]
    yield "without a signature", f"{head}.{body}."
    yield "two parts", f"{head}.{body}"
    yield "four parts", f"{token}.{signature}"
    yield "doubled", token + token
    yield "doubled with a dot", f"{token}.{token}"
    yield "another's signature", f"{head}.{body}.{weaker_signature}"
    yield "another's body", f"{head}.{weaker_body}.{signature}"
    yield "a zero signature", f"{head}.{body}.{_encode(bytes(64))}"
    yield "a short signature", f"{head}.{body}.{_encode(bytes(32))}"
    yield "not base64", "..."
    yield "not a token", "administrator"
    yield "a JSON body", json.dumps({"sub": "user/1"})


def _sign(key: Ed25519PrivateKey, header: Parts, claims: Parts) -> str:
    """By hand: the library would refuse to make most of these."""
    signed = f"{_part(header)}.{_part(claims)}"
    return f"{signed}.{_encode(key.sign(signed.encode()))}"


def _hmac_signed(alg: str, secret: bytes, header: Parts, claims: Parts) -> str:
    signed = f"{_part(header | {'alg': alg})}.{_part(claims)}"
    algorithm = {"HS256": jwt.algorithms.HMACAlgorithm.SHA256, "HS384": jwt.algorithms.HMACAlgorithm.SHA384}.get(
        alg, jwt.algorithms.HMACAlgorithm.SHA512
    )
    return f"{signed}.{_encode(jwt.algorithms.HMACAlgorithm(algorithm).sign(signed.encode(), secret))}"


def _part(content: Parts) -> str:
    return _encode(json.dumps(content).encode())


def _encode(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")

"""Secrets are hidden in everything that whq says: they are noted here once, and masked wherever they stand.

What counts as a secret: the value of every variable that begins with `DBT_ENV_SECRET` or is named like a credential,
every profile field that holds a credential, and the variables that such a field is written with.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

MASK = "***"
_SHORT = 4
"""Secrets of fewer characters are masked as words of their own only, not as parts of others."""
_SAFE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_SECRETS: dict[str, None] = {}


def hide(secret: object) -> None:
    """Note a text that must never be shown by this process; nothing and blanks are no secrets."""
    text = str(secret)
    if text.strip():
        _SECRETS[text] = None


def forget() -> None:
    """Note nothing any more; for tests."""
    _SECRETS.clear()


def masked(text: str, also: Iterable[str] = ()) -> str:
    """The text with `***` for every secret, also where it stands quoted, escaped or encoded.

    Args:
        text: What is about to be shown.
        also: Further secrets, beside those that were noted.

    Example:
        >>> masked("cannot reach https://u:p%40ss-word@host", ["p@ss-word"])
        'cannot reach https://u:***@host'
    """
    secrets = (*_SECRETS, *(secret for secret in also if secret.strip()))
    return _pattern(secrets).sub(MASK, text) if secrets else text


@lru_cache(maxsize=16)
def _pattern(secrets: tuple[str, ...]) -> re.Pattern[str]:
    every = {form for secret in secrets for form in _forms(secret)}
    return re.compile("|".join(_word(form) for form in sorted(every, key=len, reverse=True)))


def _word(form: str) -> str:
    text = re.escape(form)
    return text if len(form) >= _SHORT else rf"(?<!\w){text}(?!\w)"


def _forms(secret: str) -> Iterator[str]:
    """A secret as it may stand in a text: as it is, in quotes of SQL, Python, JSON, HTML, in an address, in base64.

    Each line of a longer one (a private key) counts by itself too, as messages often quote one.
    """
    from binascii import b2a_base64

    lines = [line.strip() for line in secret.splitlines() if len(line.strip()) >= 2 * _SHORT]
    for text in dict.fromkeys((secret, secret.strip(), " ".join(secret.split()), *lines)):
        yield text
        yield from (text.replace(sign, sign * 2) for sign in ("'", '"', "\\"))
        yield from (repr(text)[1:-1], json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1])
        in_html = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        yield in_html
        yield in_html.replace('"', "&#34;").replace("'", "&#39;")
        yield in_html.replace('"', "&quot;").replace("'", "&#x27;")
        for safe in (_SAFE, _SAFE | {"/"}):
            encoded = "".join(sign if sign in safe else _percent(sign) for sign in text)
            yield from (encoded, encoded.replace("%20", "+"), re.sub("%..", lambda match: match[0].lower(), encoded))
        plain = b2a_base64(text.encode("utf-8", "surrogatepass"), newline=False).decode().rstrip("=")
        yield from (plain, plain.replace("+", "-").replace("/", "_"))


def _percent(sign: str) -> str:
    return "".join(f"%{byte:02X}" for byte in sign.encode("utf-8", "surrogatepass"))

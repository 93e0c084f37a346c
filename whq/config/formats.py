"""Named formats of texts, as regular expressions that every engine reads alike."""

from __future__ import annotations

_LABEL = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_BYTE = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_HEX = "[0-9A-Fa-f]"
_YEAR = "([0-9]{3}[1-9]|[0-9]{2}[1-9][0-9]|[0-9][1-9][0-9]{2}|[1-9][0-9]{3})"
_FOURTH = "(0[48]|[2468][048]|[13579][26])"
_LEAP_YEAR = f"([0-9]{{2}}{_FOURTH}|{_FOURTH}00)"

# No lookaround, no backslash, no lazy or non-capturing group: what RE2, POSIX, Java and ICU read alike.
FORMATS: dict[str, str] = {
    "email": f"^[A-Za-z0-9.!#$%&'*+/=?^_{{|}}~-]+@{_LABEL}([.]{_LABEL})+$",
    "uuid": f"^{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}$",
    "url": "^(http|https|ftp)://[A-Za-z0-9][A-Za-z0-9._~:/?#@!$&'()*+,;=%-]*$",
    "ipv4": f"^({_BYTE}[.]){{3}}{_BYTE}$",
    "iso_date": (
        f"^({_YEAR}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|{_YEAR}-(0[13-9]|1[0-2])-(29|30)"
        f"|{_YEAR}-(0[13578]|1[02])-31|{_LEAP_YEAR}-02-29)$"
    ),
}
"""The formats by name, each for the whole text. `iso_date` is a day of the calendar: 2023-02-29 is none."""

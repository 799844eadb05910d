"""One spelling for each page's address. Pure.

``canonical_url`` still leads to the page; ``page_key`` goes further and is only for telling pages apart.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, quote, unquote, urlsplit, urlunsplit

# Parameters that tell publishers where readers come from and never change the page
_TRACKING = re.compile(
    r"utm_\w+|at_(?:medium|campaign|custom\d|link\w*|format|ptr\w*|bbc\w*)|ns_(?:mchannel|source|campaign|linkname|fee)"
    r"|(?:fb|gc|dc|y|tw|ms|wick|li_fat_|epi|s_k|rdt_c|tt)lid|fbclid|gclid|dclid|yclid|twclid|msclkid|gclsrc|gbraid|wbraid"
    r"|igshid|igsh|mc_[ce]id|_ga|_gl|_hs(?:enc|mi)|mkt_tok|oly_(?:anon|enc)_id|vero_id|xtor|cmpid|icid|ncid|smid|smtyp"
    r"|itid|traffic_source|guccounter|guce_referrer(?:_sig)?|__twitter_impression|ftag|ito|ref_?src|feedtype|wt_mc\w*"
    r"|pk_\w+|mtm_\w+|hsa_\w+|trk(?:campaign|info)?|spm|soc_src|soc_trk",
    re.IGNORECASE,
)
_AMP_PARAMETER = re.compile(r"amp(?:=(?:1|true)?)?|outputtype=amp", re.IGNORECASE)
_AMP_PATH = re.compile(r"(?<=[^/])/amp(/?)$", re.IGNORECASE)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_ESCAPE = re.compile(r"%([0-9a-fA-F]{2})")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")
_PLAIN = re.compile(r"[A-Za-z0-9._~/=&-]*+")  # what most addresses are made of: nothing to escape
_SAFE = "!$%&'()*+,/:;=?@[]~"
_HOST_VARIANT = re.compile(r"^(?:www\d?|m|mobile|amp)\.(?=[^.]+\.)")


def canonical_url(url: str) -> str:
    """``url`` with a lower-case host, without default port, tracking parameters, AMP marks and fragment.

    What is left is sorted and escaped in one way. A URL that is not http or https, or is broken, comes back as it is.

    >>> canonical_url("HTTPS://News.Example.org:443/a/amp/?utm_source=rss&b=2&a=1#top")
    'https://news.example.org/a/?a=1&b=2'
    """
    parts = _split(url)
    if parts is None:
        return url.strip()
    return urlunsplit((parts.scheme, *_canonical(parts), ""))


def page_key(url: str, *, with_fragment: bool) -> str:
    """What tells the page at ``url`` from others: no scheme, no mobile or AMP host, no closing slash.

    Live blogs number their updates in the fragment, so it can be kept; one that only tracks ("#xtor=RSS-1") is not.
    """
    parts = _split(url)
    if parts is None:
        return url.strip()
    host, path, query = _canonical(parts)
    fragment = f"#{parts.fragment}" if with_fragment and parts.fragment and "=" not in parts.fragment else ""
    return f"{_HOST_VARIANT.sub('', host)}{path.rstrip('/')}{f'?{query}' if query else ''}{fragment}"


def _canonical(parts: SplitResult) -> tuple[str, str, str]:
    """Host, path and query of the canonical URL."""
    return _host_and_port(parts), _AMP_PATH.sub(r"\1", _escape(parts.path)) or "/", _query(parts.query)


def path_key(guid: str) -> str | None:
    """A guid that is a URL without its scheme and host, which change when a publisher moves; None for other guids."""
    parts = _split(guid)
    if parts is None:
        return None
    path = _escape(parts.path) + (f"?{parts.query}" if parts.query else "")
    return path if path.strip("/") else None


def _split(url: str) -> SplitResult | None:
    """The parts of an http or https URL; None for anything else."""
    try:
        parts = urlsplit(url.strip())
        _ = parts.port
    except ValueError:
        return None
    return parts if parts.scheme in _DEFAULT_PORTS and parts.hostname else None


def _host_and_port(parts: SplitResult) -> str:
    """The host in lower case, with its port unless that is the scheme's own; user names and passwords are dropped."""
    host = (parts.hostname or "").rstrip(".")
    host = f"[{host}]" if ":" in host else host
    return host if parts.port in (None, _DEFAULT_PORTS[parts.scheme]) else f"{host}:{parts.port}"


def _query(query: str) -> str:
    kept = [
        _escape(parameter)
        for parameter in query.split("&")
        if parameter
        and not _TRACKING.fullmatch(unquote(parameter.partition("=")[0]))
        and not _AMP_PARAMETER.fullmatch(parameter)
    ]
    return "&".join(sorted(kept, key=lambda parameter: parameter.partition("=")[0]))


def _escape(text: str) -> str:
    """Percent-encoded in one way: UTF-8 in upper case, and only what needs it (RFC 3986, 6.2.2)."""
    if _PLAIN.fullmatch(text):
        return text
    return quote(_ESCAPE.sub(_normal_escape, text), safe=_SAFE)


def _normal_escape(escape: re.Match[str]) -> str:
    char = chr(int(escape[1], 16))
    return char if _UNRESERVED.match(char) else escape[0].upper()

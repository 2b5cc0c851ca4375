"""The programmes that a role may be narrowed to, as far as they are known: the contract, a ring above, says which.

A code stays free: a role may be given before its programme is installed, and outlive it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

#: Each returns codes with their names in the reader's language.
known: list[Callable[[], Iterable[tuple[str, str]]]] = []


class ProgrammeInput(forms.TextInput):
    """A field for a code that offers the known ones."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        offered = [pair for told in known for pair in told()]
        if not offered:
            return super().render(name, value, attrs, renderer)
        listed = f"{(attrs or {}).get('id', name)}_known"
        field = super().render(name, value, {**(attrs or {}), "list": listed}, renderer)
        options = format_html_join("", '<option value="{}">{}</option>', offered)
        return format_html('{}<datalist id="{}">{}</datalist>', field, listed, options)

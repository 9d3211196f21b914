"""The files in which platforms take copy: their columns, with where each is documented."""

from bot.export_formats.base import Copy, Format, Row
from bot.export_formats.platforms import FORMATS, format_for

__all__ = ["FORMATS", "Copy", "Format", "Row", "format_for"]

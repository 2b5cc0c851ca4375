"""Indicator values from a spreadsheet that an agency keeps: its template, its preview, and all of it or nothing."""

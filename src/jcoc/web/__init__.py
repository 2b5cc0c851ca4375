"""The visual language: base templates, components, static assets, charts, map, languages. No page."""

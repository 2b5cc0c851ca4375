"""The pages of indicators: the list, one indicator, the rows and revisions of a value, its correction, open flags."""

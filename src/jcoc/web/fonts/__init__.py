"""Plus Jakarta Sans for paper, in three weights, as Typst reads it.

Typst takes no WOFF2: these are fixed weights (wght=400, 600, 800) of the variable fonts that the pages use, the npm
package @fontsource-variable/plus-jakarta-sans, made with fontTools' instancer. What lies beyond Latin-1 is in the
family "Plus Jakarta Sans Ext". SIL Open Font License 1.1, OFL.txt.
"""

from pathlib import Path

FOLDER = Path(__file__).parent

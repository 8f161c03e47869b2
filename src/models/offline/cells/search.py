# %% words
import re

WORDS = {}  # by their stems
NAMES = []  # as they stand, in upper or lower case
CARE = {}  # words that any code is full of count for less

# %% looks
ENDINGS = ""  # what may follow a short stem
LONG_ENOUGH = 5  # letters of a stem that needs no ending

def pattern(stems):
    """Finds stems where a word starts, or a part of a camelCase or snake_case name."""
    found = []
    for stem in stems:
        end = "" if len(stem) >= LONG_ENOUGH else rf"(?:{stem[-1]}?{ENDINGS})?(?:[^a-z]|$)"
        found += [rf"(?:^|[^A-Za-z]){stem}{end}", stem.capitalize() + end, stem.upper()]
    return f"(?m:{'|'.join(found)})"

looks = {word: pattern(stems) for word, stems in WORDS.items()}
looks.update({name: f"(?i:{re.escape(name)})" for name in NAMES})

# %% looks within words
looks = {word: f"(?i:{'|'.join(stems)})" for word, stems in WORDS.items()}
looks.update({name: f"(?i:{re.escape(name)})" for name in NAMES})

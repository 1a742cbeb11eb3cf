"""One way to write a day and a moment, in Django's date syntax: 24 hours, and a month that nobody takes for a day.

The spaces are ones at which no line is broken.
"""

DATE_FORMAT = SHORT_DATE_FORMAT = "j\N{NO-BREAK SPACE}M\N{NO-BREAK SPACE}Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = SHORT_DATETIME_FORMAT = f"{DATE_FORMAT},\N{NO-BREAK SPACE}{TIME_FORMAT}"

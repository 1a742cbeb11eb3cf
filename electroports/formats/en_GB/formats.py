"""One way to write a day and a moment, in Django's date syntax: 24 hours, and a month that nobody takes for a day."""

DATE_FORMAT = SHORT_DATE_FORMAT = "j M Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = SHORT_DATETIME_FORMAT = "j M Y, H:i"

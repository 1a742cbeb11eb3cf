"""In Kenya's English."""

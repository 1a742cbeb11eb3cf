"""Every write of this app that is more than a row of the caller's own."""

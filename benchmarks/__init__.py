"""How fast the shop is, measured against the limits of the same server on the same machine."""

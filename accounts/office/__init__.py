"""What members of staff go through before the back office opens: the second factor, and invitations."""

"""What is paid, and by which provider."""

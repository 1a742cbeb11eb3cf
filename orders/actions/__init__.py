"""Every write to orders."""

"""What happens to orders and money when processes die: `make faults`."""

"""Payment providers that run on this machine: real HTTP servers with books of their own, which misbehave as asked."""

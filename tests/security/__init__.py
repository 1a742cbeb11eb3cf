"""Security as tables: who may call what, what nobody may send, which tokens open nothing."""

"""How the operations of this app are described in the OpenAPI document."""

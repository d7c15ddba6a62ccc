"""The orders: written to and read from PostgreSQL."""

"""Servers that speak other systems' protocols on loopback, for tests that use the real clients."""

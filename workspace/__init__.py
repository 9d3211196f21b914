"""A local Slack: Web API, Socket Mode, events and a client API on one loopback server."""

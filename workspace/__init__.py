"""A local Slack: the Web API, Socket Mode, events and a client API on one loopback server, for trying and testing."""

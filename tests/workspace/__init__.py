"""Tests of the local workspace: it must behave as Slack does, or the app's own tests prove nothing."""

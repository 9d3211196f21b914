"""Tests of the application: prompts, desk, jobs."""

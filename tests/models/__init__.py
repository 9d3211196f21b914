"""Tests of the vocabulary: brief, grammar, platforms."""

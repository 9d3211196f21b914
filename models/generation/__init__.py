"""Generation engines behind one protocol: any OpenAI-compatible API, or a small model in the process."""

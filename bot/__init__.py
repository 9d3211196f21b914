"""The application: settings, the desk, durable jobs, the history and the command line."""

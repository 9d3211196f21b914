"""Our own writer: a small bilingual model trained for this one job, and how it is trained."""

"""Worker processes: how they start, communicate and end, and which message a crash is due to."""

"""Foreign bytes are parsed here: in a child process with limits, never in this one."""

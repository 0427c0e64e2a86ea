"""Who may call which action, a module a subject."""

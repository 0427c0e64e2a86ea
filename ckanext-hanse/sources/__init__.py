"""Sources as people manage them, and what they are told of them."""

"""When sources run by themselves, and who runs them."""

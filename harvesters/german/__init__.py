"""German words: spelling folded as the index does, compounds split into their parts."""

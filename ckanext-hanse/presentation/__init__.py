"""What pages show, worked out before a template sees it: words for codes, safe links, counts."""

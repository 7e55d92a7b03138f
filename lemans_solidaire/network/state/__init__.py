"""« L’état du portail »: what goes well, what does not, and what the CCAS can do about it."""

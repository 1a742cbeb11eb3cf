"""How the back office writes numbers and moments, where Django's own way for a language is another."""

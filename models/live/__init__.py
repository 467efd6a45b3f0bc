"""Recording from a sound device while its lanes follow."""

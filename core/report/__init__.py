"""Reports: one comparison as text, JSON, HTML or JUnit."""

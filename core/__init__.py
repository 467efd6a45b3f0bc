"""Everything that is true without a screen: the pipeline, its stages, runs and files."""

"""The stages of the pipeline, one pure function each."""

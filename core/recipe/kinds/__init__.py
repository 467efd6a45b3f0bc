"""The kinds of blocks, a few to a module; `table` lists them all."""

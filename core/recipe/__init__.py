"""Recipes: any audio front end as a chain of blocks.

`block` says what a block is, `kinds` has every kind of it, `recipe` the chain, `toml` its files, `presets` those that
ship, `importers` those of other tools; `items` and `trace` flow from block to block, `held` and `runner` compute them,
`compute` makes a run of a recording, `noise` measures what float32 costs, `reference` writes the documentation.
"""

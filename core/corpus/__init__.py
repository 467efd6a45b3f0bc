"""Corpora: thousands of recordings compared or computed, by all cores or a cluster, into one file; and the map of them.

`entries` says what a corpus consists of, `job` what is done with one recording, `engine` where, `results` keeps what
came of it, `table` and `corpus_map` say what it means, `dataset` packs what was computed.
"""

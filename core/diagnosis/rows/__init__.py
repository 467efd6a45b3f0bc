"""Items behind the front end, held against what they should be: which ones they are, in what order, on what scale."""

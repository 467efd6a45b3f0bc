"""The ground floor: files, errors, values that are checked, words and arrays; knows nothing of audio."""

"""One file a kind. A new file here, with its two templates, is a new kind: nothing else lists them."""

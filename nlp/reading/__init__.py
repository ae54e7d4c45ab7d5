"""From a file to pages of words with places: what a file is, which way to read a page, engines, layout."""

"""From pages to entities, a document type and fields. The words that speak for each are data beside the code."""

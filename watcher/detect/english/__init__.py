"""The grammar of English. A second language gets a folder like this one beside it."""

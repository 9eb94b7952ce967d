"""One module a plugin: NAME, ERR_REASON, a pure predicate, and the class that declares its extension points."""

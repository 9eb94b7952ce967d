"""One module a plugin: NAME, ERR_REASON, a pure predicate, and the class that declares its extension points.

Plugins do not know each other; what two of them need (`taints`, `node_selector`) lives beside `framework`.
"""

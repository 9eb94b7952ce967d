"""Bootstrap tokens, with which nodes join: `signer` signs what they read first, `token_cleaner` deletes what has expired.

Stands for pkg/controller/bootstrap.
"""

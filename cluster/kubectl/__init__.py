"""kubectl in Python: the same commands and the same output as the real one, for `manage.py kubectl` and the browser's
terminal. A client like any other: it holds a connection and prints what the API server answers.

What must not live here: anything the server decides. Stands for staging/src/k8s.io/kubectl.
"""

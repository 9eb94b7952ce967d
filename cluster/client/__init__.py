"""What a component holds: a REST client, informers with listers, a work queue, expectations, an event recorder.

Plain Python on the wire and the clock; a component built from these cannot tell whether the API server is in its own
process. What must not live here: anything about one controller. Stands for staging/src/k8s.io/client-go.
"""

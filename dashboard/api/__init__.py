"""KubeLearn's own REST under /api/: clusters, components, hops, journeys, revisions, decisions."""

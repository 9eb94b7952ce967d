"""What else must hold: the admission plugins, in upstream's order, and the course's review. Stands for plugin/pkg/admission."""

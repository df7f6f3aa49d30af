"""A whole campaign on one machine: a simulated Instagram, drawn pictures, invented people."""

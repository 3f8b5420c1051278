"""UI: the geometry behind the small drawings, and the sample data of the component gallery. No ORM, no request."""

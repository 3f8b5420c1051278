"""Pages of panels: a module for each part of the work, named in `urls`."""

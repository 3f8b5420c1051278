"""What is said on training's pages."""

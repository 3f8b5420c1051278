"""Reads shaped for the desk's pages, one module a page. Every row comes through `visible_to(scope)`."""

"""The catalog: products to read, from a file that is part of the image."""

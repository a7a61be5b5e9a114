"""The vocabulary of Plainview: frozen types without I/O. Imports nothing else of ours."""

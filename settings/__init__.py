"""How a package reads its own table of plainview.toml and of the environment."""

"""How Example City's pictures are drawn: invented artwork and props, set into public-domain photographs. Only `samples.build` needs it."""

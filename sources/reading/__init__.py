"""What every platform's file is made of: walking through pages, remembering what was seen, and reading replies without trusting them."""

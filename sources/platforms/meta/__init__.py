"""What Meta's Graph API answers for: Facebook Pages, Instagram, Threads."""

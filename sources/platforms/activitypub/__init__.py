"""ActivityPub servers, by WebFinger, actor and outbox."""

-- Tombstones: what a post said and showed is erased because it was deleted upstream, and that it was there stays. And when a version was seen again unchanged.

-- `erased_at`: when what that version said and showed was erased, or none. `refreshed_at`: when the platform's own answer showed it again unchanged, where the
-- terms count from then.
DROP VIEW current_post;
ALTER TABLE post ADD COLUMN refreshed_at TIMESTAMPTZ;
ALTER TABLE post ADD COLUMN erased_at TIMESTAMPTZ;
CREATE VIEW current_post AS
SELECT p.*, g.observed_at AS gone_at, g.answer AS gone_answer
FROM post p
LEFT JOIN gone g ON g.post_id = p.id AND g.post_version = p.version
WHERE p.newest;

ALTER TABLE hit ADD COLUMN erased_at TIMESTAMPTZ;

"""A store with years of posts in it, written by SQL in chunks: what `bench.storage` measures on.

Accounts collect in batches of FIFTY posts, one after the other, in the order of time, as a store fills in use. A post has about 200 characters;
every second one shows a picture of its own, which was examined and cited; every tenth has a hit, half of them decided; two in a hundred were edited
since, and one has gone.
"""

from __future__ import annotations

from datetime import UTC, datetime

from storage.store import Store, Transaction

ACCOUNTS, FIFTY, CHUNK = 1000, 50, 500_000
BEGIN = datetime(2024, 1, 1, tzinfo=UTC)

_WORDS = """SET VARIABLE words = (SELECT list(substr(md5(i::VARCHAR), 1, 3) || ' ' || substr(md5('a' || i), 1, 6) || ' ' || substr(md5('b' || i), 1, 8) || ' '
    || substr(md5('c' || i), 1, 4) || ' ' || substr(md5('d' || i), 1, 9) || ' ') FROM range(20000) t(i))"""
_TEXT = " || ".join(f"words[1 + (hash(i, {part}) % 20000)::INTEGER]" for part in range(6))

_ONCE = (
    """INSERT INTO account BY NAME SELECT 'account_' || md5(i::VARCHAR) AS id, 'mastodon' AS platform, '@' || i AS handle, 'https://x.example/' || i AS url,
        'department_run' AS custody, 'general' AS compartment, 'bench' AS added_by, now() AS added_at FROM range($accounts) t(i)""",
    "INSERT INTO checkpoint (account_id, last_detail) SELECT id, '' FROM account a WHERE NOT EXISTS (SELECT 1 FROM checkpoint c WHERE c.account_id = a.id)",
)

_LINES = f"""SELECT i, i // {FIFTY} AS batch, TIMESTAMPTZ '{BEGIN.isoformat()}' + to_seconds(i // {FIFTY} * {FIFTY} * 3) AS moment,
    sha256('batch' || (i // {FIFTY})) AS batch_id,
    'account_' || md5((hash(i // {FIFTY}) % $accounts)::VARCHAR) AS account_id, 'post_' || md5(i::VARCHAR) AS post_id, sha256(i::VARCHAR) AS content,
    sha256('picture' || i) AS picture, getvariable('words') AS words FROM range($first, $behind) t(i)"""

_CHUNK = (
    f"CREATE OR REPLACE TEMP TABLE line AS SELECT * EXCLUDE (words), {_TEXT} AS body FROM ({_LINES}) ORDER BY i",
    "INSERT INTO ingest_ledger SELECT batch_id, 'collected', 51, moment FROM line GROUP BY ALL",
    """INSERT INTO collection BY NAME SELECT DISTINCT batch_id, account_id, moment AS collected_at, 'stored' AS outcome, '' AS detail,
        '{"use": "public record"}' AS terms FROM line""",
    """INSERT INTO post BY NAME SELECT post_id AS id, 1 AS version, account_id, 'https://social.example/@press/' || i AS native_id, 'post' AS kind,
        'https://social.example/@press/' || i AS url, '' AS title, body AS text, moment - to_seconds((hash(i, 7) % 86400)::BIGINT) AS posted_at,
        content AS content_sha256, moment AS first_seen, moment AS captured_at, batch_id, $numbered + i - $first + 1 AS n, n AS first_n,
        i % 50 <> 1 AS newest FROM line ORDER BY i""",
    """INSERT INTO media SELECT picture, 'image/jpeg', 1000 + i % 100000, 1024, 768, moment, ('0x' || substr(picture, 1, 15))::BIGINT
        FROM line WHERE i % 2 = 0 ORDER BY i""",
    """INSERT INTO post_media BY NAME SELECT account_id, post_id, content AS post_content_sha256, 0 AS position,
        'https://social.example/' || i || '.jpg' AS url, '' AS alt, picture AS media_sha256, '' AS problem, moment AS captured_at, batch_id,
        $numbered + i - $first + 1 AS first_n FROM line WHERE i % 2 = 0 ORDER BY i""",
    """INSERT INTO examination BY NAME SELECT picture AS media_sha256, 'artwork' AS detector, '1' AS detector_version, repeat('b', 64) AS settings_sha256,
        moment AS examined_at, md5(i::VARCHAR) AS fingerprint, batch_id FROM line WHERE i % 2 = 0 ORDER BY i""",
    """INSERT INTO citation BY NAME SELECT post_id, content AS post_content_sha256, picture AS media_sha256, 'artwork' AS detector, '1' AS detector_version,
        repeat('b', 64) AS settings_sha256, repeat('d', 64) AS directive_sha256, batch_id FROM line WHERE i % 2 = 0 ORDER BY i""",
    """INSERT INTO hit BY NAME SELECT 'hit_' || md5(i::VARCHAR) AS id, account_id, post_id, content AS post_content_sha256, picture AS media_sha256,
        'department_artwork' AS kind, 'patch' AS label, 0.9 AS score, 0.5 AS threshold, 'it looks so' AS because, 'artwork' AS detector,
        '1' AS detector_version, repeat('b', 64) AS settings_sha256, 'kcmo-261' AS directive, '2014' AS directive_version, repeat('d', 64) AS directive_sha256,
        'IV.C.1.f' AS clause, 'low' AS severity, 'general' AS compartment, 'as often right as wrong' AS means, moment AS captured_at, moment AS found_at,
        moment + to_days(1 + (hash(i, 8) % 14)::INTEGER) AS review_by, batch_id, $numbered + i - $first + 1 AS post_n,
        CASE WHEN i % 20 = 0 THEN 'closed' ELSE 'new' END AS state, CASE WHEN i % 20 = 0 THEN 'dismissed' END AS outcome,
        CASE WHEN i % 20 = 0 THEN 'review_' || md5(i::VARCHAR) END AS review_id, CASE WHEN i % 20 = 0 THEN moment + INTERVAL 1 HOUR END AS decided_at
        FROM line WHERE i % 10 = 0 ORDER BY i""",
    """INSERT INTO review SELECT review_id, id, outcome, 'a poster', 'bench', decided_at FROM hit
        WHERE state = 'closed' AND post_n > $numbered AND post_n <= $numbered + $behind - $first""",
    """INSERT INTO gone SELECT id, version, 'status 410', captured_at + INTERVAL 1 DAY, batch_id FROM post WHERE n > $numbered AND n % 100 = 50""",
    """INSERT INTO post BY NAME SELECT p.* REPLACE (2 AS version, 'Now: ' || p.text AS text, sha256('now' || p.id) AS content_sha256, true AS newest,
        $numbered + $behind - $first + row_number() OVER (ORDER BY p.n) AS n) FROM post p WHERE p.n > $numbered AND NOT p.newest""",
    "UPDATE hit SET post_n = p.n FROM post p WHERE p.id = hit.post_id AND p.version = 2 AND p.n > $numbered AND hit.post_n > $numbered",
)


def fill(store: Store, count: int) -> None:
    """`count` posts of ACCOUNTS accounts, in transactions of CHUNK."""
    with store.transaction() as tx:
        for statement in _ONCE:
            _run(tx, statement, {"accounts": ACCOUNTS})
    for first in range(0, count, CHUNK):
        _chunk(store, first, min(first + CHUNK, count))


def _chunk(store: Store, first: int, behind: int) -> None:
    with store.transaction() as tx:
        (numbered,) = tx.row("SELECT coalesce(max(n), 0) FROM post") or (0,)
        tx.execute(_WORDS)
        for statement in _CHUNK:
            _run(tx, statement, {"accounts": ACCOUNTS, "first": first, "behind": behind, "numbered": numbered})


def _run(tx: Transaction, statement: str, numbers: dict[str, int]) -> None:
    """`statement` with these numbers written in."""
    for name, number in numbers.items():
        statement = statement.replace(f"${name}", str(number))
    tx.execute(statement)

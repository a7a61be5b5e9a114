-- What the undercover compartment has beyond the general one: its subjects. Sealed text is tokens (storage/sealed_columns.py).

CREATE TABLE subject (
    id VARCHAR PRIMARY KEY CHECK (starts_with(id, 'subject_')),
    label VARCHAR NOT NULL,
    added_by VARCHAR NOT NULL,
    added_at TIMESTAMPTZ NOT NULL,
    destroyed_at TIMESTAMPTZ
);

"""Tariffs, and what they apply to."""

from alembic import op

revision = "monitoring_0003"
down_revision = "monitoring_0002"
branch_labels = None
depends_on = None

STATEMENTS = [
    # `state` is the whole monitoring.domain.tariff.Tariff: a tariff is read as a whole and never searched by price.
    """
    CREATE TABLE tariff (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        version bigint NOT NULL DEFAULT 1,
        state jsonb NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL
    )
    """,
    # Days are local days of the devices. Of the same thing, a later assignment takes the place of an earlier one.
    """
    CREATE TABLE tariff_assignment (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        tariff_id bigint NOT NULL REFERENCES tariff,
        device_id bigint,
        site_id bigint,
        user_id uuid,
        since date NOT NULL,
        until date,
        CHECK (num_nonnulls(device_id, site_id, user_id) = 1),
        CHECK (until > since),
        UNIQUE NULLS NOT DISTINCT (device_id, site_id, user_id, since)
    )
    """,
    "CREATE INDEX tariff_assignment_site ON tariff_assignment (site_id) WHERE site_id IS NOT NULL",
    "CREATE INDEX tariff_assignment_user ON tariff_assignment (user_id) WHERE user_id IS NOT NULL",
    "CREATE INDEX tariff_assignment_tariff ON tariff_assignment (tariff_id)",
]


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)

"""pauses the city confirms"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql
import marketplace.core.database
import marketplace.core.i18n

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('pause_request',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('industry', sa.String(length=40), nullable=False),
    sa.Column('reason', sa.String(length=400), nullable=False),
    sa.Column('running', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('asked_by', sa.String(length=80), nullable=False),
    sa.Column('asked_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('answer', sa.String(length=400), nullable=False),
    sa.Column('decided_by', sa.String(length=80), nullable=True),
    sa.Column('decided_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state in ('waiting', 'confirmed', 'declined', 'withdrawn')", name=op.f('ck_pause_request_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pause_request'))
    )
    with op.batch_alter_table('pause_request', schema=None) as batch_op:
        batch_op.create_index('uq_pause_request_waiting', ['industry'], unique=True, sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'"))



def downgrade() -> None:
    with op.batch_alter_table('pause_request', schema=None) as batch_op:
        batch_op.drop_index('uq_pause_request_waiting', sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'"))

    op.drop_table('pause_request')

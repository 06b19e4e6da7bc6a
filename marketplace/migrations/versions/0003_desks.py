"""desks"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql
import marketplace.core.database
import marketplace.core.i18n

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    administrators = op.get_bind().execute(
        sa.text("select id from account where administrator")).scalars().all()
    op.create_table('audit_head',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('events', sa.Integer(), nullable=False),
    sa.Column('last_id', sa.Integer(), nullable=False),
    sa.Column('chain', sa.String(length=64), nullable=False),
    sa.Column('first_sealed', sa.Integer(), nullable=False),
    sa.Column('seal', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_head'))
    )
    op.create_table('guessed_name',
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('locked_until', marketplace.core.database.UtcDateTime(timezone=True), nullable=True),
    sa.Column('tried_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_guessed_name'))
    )
    with op.batch_alter_table('guessed_name', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_guessed_name_tried_at'), ['tried_at'], unique=False)

    op.create_table('job',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('arguments', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('cursor', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=True),
    sa.Column('result', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('error', sa.String(), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('actor', sa.String(length=80), nullable=False),
    sa.Column('role', sa.String(length=24), nullable=False),
    sa.Column('membership_id', sa.Integer(), nullable=True),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('administrator', sa.Boolean(), nullable=False),
    sa.Column('verified', sa.Boolean(), nullable=False),
    sa.Column('industries', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('district_code', sa.String(length=6), nullable=True),
    sa.Column('created_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=False),
    sa.Column('not_before', marketplace.core.database.UtcDateTime(timezone=True), nullable=True),
    sa.Column('started_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=True),
    sa.Column('seen_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=True),
    sa.Column('finished_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state in ('queued', 'running', 'done', 'failed')", name=op.f('ck_job_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_job'))
    )
    with op.batch_alter_table('job', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_job_kind'), ['kind'], unique=False)
        batch_op.create_index(batch_op.f('ix_job_state'), ['state'], unique=False)
        batch_op.create_index(batch_op.f('ix_job_user_id'), ['user_id'], unique=False)

    op.create_table('missed_term',
    sa.Column('industry', sa.String(length=40), nullable=False),
    sa.Column('key', sa.String(length=32), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('times', sa.Integer(), nullable=False),
    sa.Column('term', sa.String(length=40), nullable=True),
    sa.PrimaryKeyConstraint('industry', 'key', 'day', name=op.f('pk_missed_term'))
    )
    with op.batch_alter_table('missed_term', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_missed_term_day'), ['day'], unique=False)

    op.create_table('parked_need',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token', sa.String(length=64), nullable=False),
    sa.Column('form', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('created_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=False),
    sa.Column('expires_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_parked_need')),
    sa.UniqueConstraint('token', name=op.f('uq_parked_need_token'))
    )
    with op.batch_alter_table('parked_need', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_parked_need_expires_at'), ['expires_at'], unique=False)

    op.create_table('second_factor_demand',
    sa.Column('role', sa.String(length=24), nullable=False),
    sa.Column('demanded_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=False),
    sa.Column('demanded_by', sa.String(length=80), nullable=False),
    sa.PrimaryKeyConstraint('role', name=op.f('pk_second_factor_demand'))
    )
    op.create_table('site_notice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('text', marketplace.core.i18n.LocalizedTextType(), nullable=False),
    sa.Column('roles', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('starts_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=False),
    sa.Column('ends_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=False),
    sa.Column('changed_by', sa.String(length=80), nullable=False),
    sa.Column('changed_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind in ('info', 'warning')", name=op.f('ck_site_notice_kind')),
    sa.CheckConstraint('starts_at < ends_at', name=op.f('ck_site_notice_period')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_site_notice'))
    )
    with op.batch_alter_table('site_notice', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_site_notice_ends_at'), ['ends_at'], unique=False)

    op.create_table('site_setting',
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('value', marketplace.core.i18n.LocalizedTextType(), nullable=False),
    sa.Column('changed_by', sa.String(length=80), nullable=False),
    sa.Column('changed_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_site_setting'))
    )
    op.create_table('sub_platform_page',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('industry', sa.String(length=40), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('landing', marketplace.core.i18n.LocalizedTextType(), nullable=False),
    sa.Column('featured', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('reason', sa.String(length=400), nullable=False),
    sa.Column('actor', sa.String(length=80), nullable=False),
    sa.Column('created_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sub_platform_page')),
    sa.UniqueConstraint('industry', 'number', name=op.f('uq_sub_platform_page_industry_number'))
    )
    op.create_table('trade_word',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('industry', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('words', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('actor', sa.String(length=80), nullable=False),
    sa.Column('created_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind in ('synonyms', 'word')", name=op.f('ck_trade_word_kind')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_trade_word'))
    )
    with op.batch_alter_table('trade_word', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_trade_word_industry'), ['industry'], unique=False)

    op.create_table('weight_proposal',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('industry', sa.String(length=40), nullable=False),
    sa.Column('rule_version', sa.String(length=60), nullable=False),
    sa.Column('before', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('after', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('evidence', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('reason', sa.String(length=400), nullable=False),
    sa.Column('created_by', sa.String(length=80), nullable=False),
    sa.Column('created_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=False),
    sa.Column('decided_by', sa.String(length=80), nullable=True),
    sa.Column('decided_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state in ('open', 'accepted', 'declined')", name=op.f('ck_weight_proposal_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_weight_proposal'))
    )
    with op.batch_alter_table('weight_proposal', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_weight_proposal_industry'), ['industry'], unique=False)

    op.create_table('working_year',
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('holidays', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('make_up_days', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.Column('changed_by', sa.String(length=80), nullable=False),
    sa.Column('changed_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('year', name=op.f('pk_working_year'))
    )
    op.create_table('notification',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(length=24), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('key', sa.String(length=160), nullable=False),
    sa.Column('facts', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('path', sa.String(length=200), nullable=False),
    sa.Column('created_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=False),
    sa.Column('read_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['account.id'], name=op.f('fk_notification_user_id_account'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notification')),
    sa.UniqueConstraint('user_id', 'key', name=op.f('uq_notification_user_id_key'))
    )
    with op.batch_alter_table('notification', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_notification_created_at'), ['created_at'], unique=False)
        batch_op.create_index('ix_notification_unread', ['user_id', 'read_at'], unique=False)

    op.create_table('notification_preference',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(length=24), nullable=False),
    sa.Column('channels', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('digest', sa.Boolean(), nullable=False),
    sa.Column('digested_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['account.id'], name=op.f('fk_notification_preference_user_id_account'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', 'role', name=op.f('pk_notification_preference'))
    )
    op.create_table('delivery',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(length=24), nullable=False),
    sa.Column('notification_id', sa.Integer(), nullable=True),
    sa.Column('digest_on', sa.Date(), nullable=True),
    sa.Column('channel', sa.String(length=16), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('spooled', sa.Boolean(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('error', sa.String(length=400), nullable=True),
    sa.Column('created_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=False),
    sa.Column('not_before', marketplace.core.database.UtcDateTime(timezone=True), nullable=False),
    sa.Column('sent_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state in ('waiting', 'sending', 'sent', 'failed')", name=op.f('ck_delivery_state')),
    sa.CheckConstraint('(notification_id is null) <> (digest_on is null)', name=op.f('ck_delivery_content')),
    sa.ForeignKeyConstraint(['notification_id'], ['notification.id'], name=op.f('fk_delivery_notification_id_notification'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['account.id'], name=op.f('fk_delivery_user_id_account'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delivery')),
    sa.UniqueConstraint('notification_id', 'channel', name=op.f('uq_delivery_notification_id_channel')),
    sa.UniqueConstraint('user_id', 'role', 'channel', 'digest_on', name=op.f('uq_delivery_user_id_role_channel_digest_on'))
    )
    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_delivery_state'), ['state'], unique=False)
        batch_op.create_index(batch_op.f('ix_delivery_user_id'), ['user_id'], unique=False)

    op.create_table('invitation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('token', sa.String(length=64), nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('role', sa.String(length=24), nullable=True),
    sa.Column('administrator', sa.Boolean(), nullable=False),
    sa.Column('industries', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('district_code', sa.String(length=16), nullable=True),
    sa.Column('issued_by', sa.String(length=80), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('created_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=False),
    sa.Column('expires_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=False),
    sa.Column('used_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("kind in ('activate', 'recover', 'join')", name=op.f('ck_invitation_kind')),
    sa.ForeignKeyConstraint(['district_code'], ['district.code'], name=op.f('fk_invitation_district_code_district')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_invitation_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['user_id'], ['account.id'], name=op.f('fk_invitation_user_id_account'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitation')),
    sa.UniqueConstraint('token', name=op.f('uq_invitation_token'))
    )
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_invitation_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_invitation_user_id'), ['user_id'], unique=False)

    op.create_table('kept_comparison',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('shared', sa.Boolean(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('note', sa.String(length=400), nullable=False),
    sa.Column('solution_ids', sa.String(length=80), nullable=False),
    sa.Column('company', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('created_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_kept_comparison_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['user_id'], ['account.id'], name=op.f('fk_kept_comparison_user_id_account'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_kept_comparison'))
    )
    with op.batch_alter_table('kept_comparison', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_kept_comparison_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_kept_comparison_user_id'), ['user_id'], unique=False)

    op.create_table('kept_sheet',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('shared', sa.Boolean(), nullable=False),
    sa.Column('sheet_id', sa.Integer(), nullable=False),
    sa.Column('note', sa.String(length=400), nullable=False),
    sa.Column('created_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_kept_sheet_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['sheet_id'], ['decision_sheet.id'], name=op.f('fk_kept_sheet_sheet_id_decision_sheet'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['account.id'], name=op.f('fk_kept_sheet_user_id_account'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_kept_sheet')),
    sa.UniqueConstraint('user_id', 'sheet_id', name=op.f('uq_kept_sheet_user_id_sheet_id'))
    )
    with op.batch_alter_table('kept_sheet', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_kept_sheet_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_kept_sheet_sheet_id'), ['sheet_id'], unique=False)

    op.create_table('membership',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(length=24), nullable=False),
    sa.Column('administrator', sa.Boolean(), nullable=False),
    sa.Column('industries', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('district_code', sa.String(length=16), nullable=True),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('note', sa.String(length=400), nullable=False),
    sa.Column('created_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=False),
    sa.Column('decided_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.String(length=80), nullable=True),
    sa.CheckConstraint("state in ('asked', 'active', 'refused', 'left', 'closed')", name=op.f('ck_membership_state')),
    sa.ForeignKeyConstraint(['district_code'], ['district.code'], name=op.f('fk_membership_district_code_district')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_membership_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['user_id'], ['account.id'], name=op.f('fk_membership_user_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_membership')),
    sa.UniqueConstraint('user_id', 'organisation_id', 'role', name=op.f('uq_membership_user_id_organisation_id_role'))
    )
    with op.batch_alter_table('membership', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_membership_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_membership_role'), ['role'], unique=False)

    op.create_table('organisation_check',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('asked_by', sa.String(length=80), nullable=False),
    sa.Column('asked_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('decided_by', sa.String(length=80), nullable=True),
    sa.Column('decided_role', sa.String(length=24), nullable=False),
    sa.Column('decided_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=True),
    sa.Column('reason', sa.String(length=400), nullable=False),
    sa.CheckConstraint("state in ('waiting', 'passed', 'returned', 'ended')", name=op.f('ck_organisation_check_state')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_organisation_check_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organisation_check'))
    )
    with op.batch_alter_table('organisation_check', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_organisation_check_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_organisation_check_state'), ['state'], unique=False)

    op.create_table('organisation_claim',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(length=400), nullable=False),
    sa.Column('disputed', sa.Boolean(), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('created_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=False),
    sa.Column('decided_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=True),
    sa.Column('answer', sa.String(length=400), nullable=False),
    sa.Column('answered_by', sa.String(length=80), nullable=True),
    sa.Column('decided_by', sa.String(length=80), nullable=True),
    sa.Column('decision', sa.String(length=400), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_organisation_claim_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['user_id'], ['account.id'], name=op.f('fk_organisation_claim_user_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organisation_claim'))
    )
    with op.batch_alter_table('organisation_claim', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_organisation_claim_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_organisation_claim_state'), ['state'], unique=False)
        batch_op.create_index(batch_op.f('ix_organisation_claim_user_id'), ['user_id'], unique=False)

    op.create_table('organisation_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('file_key', sa.String(length=120), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('media_type', sa.String(length=80), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('uploaded_by', sa.String(length=80), nullable=False),
    sa.Column('created_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_organisation_file_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organisation_file'))
    )
    with op.batch_alter_table('organisation_file', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_organisation_file_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('saved_need',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('text', sa.String(length=4000), nullable=False),
    sa.Column('facts', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('industry', sa.String(length=40), nullable=True),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('audience', sa.String(length=12), nullable=False),
    sa.Column('industries', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('anonymous', sa.Boolean(), nullable=False),
    sa.Column('public_title', sa.String(length=80), nullable=False),
    sa.Column('public_text', sa.String(length=4000), nullable=False),
    sa.Column('confirmed_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=True),
    sa.Column('district_shown', sa.Boolean(), nullable=False),
    sa.Column('published_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=True),
    sa.Column('paused_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=True),
    sa.Column('closed_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('outcome_asked', sa.Integer(), nullable=False),
    sa.Column('sample', sa.Boolean(), nullable=False),
    sa.Column('created_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=False),
    sa.Column('updated_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("audience in ('all', 'industries', 'invited')", name=op.f('ck_saved_need_audience')),
    sa.CheckConstraint("state in ('draft', 'published', 'paused', 'closed')", name=op.f('ck_saved_need_state')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_saved_need_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['owner_id'], ['account.id'], name=op.f('fk_saved_need_owner_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_need'))
    )
    with op.batch_alter_table('saved_need', schema=None) as batch_op:
        batch_op.create_index('ix_saved_need_open', ['state', 'industry'], unique=False)
        batch_op.create_index(batch_op.f('ix_saved_need_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('task',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('subject', sa.String(length=80), nullable=False),
    sa.Column('role', sa.String(length=24), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('industry', sa.String(length=40), nullable=True),
    sa.Column('district_code', sa.String(length=16), nullable=True),
    sa.Column('facts', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('path', sa.String(length=200), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('soon_told', sa.Date(), nullable=True),
    sa.Column('overdue_told', sa.Date(), nullable=True),
    sa.Column('opened_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=False),
    sa.Column('done_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=True),
    sa.Column('done_by', sa.String(length=80), nullable=True),
    sa.ForeignKeyConstraint(['district_code'], ['district.code'], name=op.f('fk_task_district_code_district')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_task_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['user_id'], ['account.id'], name=op.f('fk_task_user_id_account'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_task'))
    )
    with op.batch_alter_table('task', schema=None) as batch_op:
        batch_op.create_index('ix_task_open', ['done_at', 'role'], unique=False)
        batch_op.create_index(batch_op.f('ix_task_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_task_subject'), ['subject'], unique=False)
        batch_op.create_index(batch_op.f('ix_task_user_id'), ['user_id'], unique=False)

    op.create_table('api_token',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token', sa.String(length=64), nullable=False),
    sa.Column('prefix', sa.String(length=12), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('membership_id', sa.Integer(), nullable=False),
    sa.Column('scopes', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('created_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=False),
    sa.Column('expires_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=False),
    sa.Column('last_used_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['membership_id'], ['membership.id'], name=op.f('fk_api_token_membership_id_membership')),
    sa.ForeignKeyConstraint(['user_id'], ['account.id'], name=op.f('fk_api_token_user_id_account'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_token')),
    sa.UniqueConstraint('token', name=op.f('uq_api_token_token'))
    )
    with op.batch_alter_table('api_token', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_api_token_user_id'), ['user_id'], unique=False)

    op.create_table('enquiry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('need_id', sa.Integer(), nullable=False),
    sa.Column('content', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('text', sa.String(length=2000), nullable=False),
    sa.Column('deadline_on', sa.Date(), nullable=False),
    sa.Column('extensions', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('max_answers', sa.Integer(), nullable=False),
    sa.Column('sealed', sa.Boolean(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('reason', sa.String(length=400), nullable=False),
    sa.Column('broker_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=True),
    sa.Column('created_by', sa.String(length=80), nullable=False),
    sa.Column('created_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=False),
    sa.Column('closed_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state in ('open', 'closed', 'withdrawn')", name=op.f('ck_enquiry_state')),
    sa.CheckConstraint('max_answers between 1 and 20', name=op.f('ck_enquiry_max_answers')),
    sa.ForeignKeyConstraint(['need_id'], ['saved_need.id'], name=op.f('fk_enquiry_need_id_saved_need'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_enquiry'))
    )
    with op.batch_alter_table('enquiry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_enquiry_broker_at'), ['broker_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_enquiry_need_id'), ['need_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_enquiry_state'), ['state'], unique=False)

    op.create_table('enterprise_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('content', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('note', sa.String(length=400), nullable=False),
    sa.Column('need', sa.String(length=4000), nullable=False),
    sa.Column('need_id', sa.Integer(), nullable=True),
    sa.Column('entered_by', sa.String(length=80), nullable=False),
    sa.Column('entered_name', sa.String(length=80), nullable=False),
    sa.Column('entered_role', sa.String(length=24), nullable=False),
    sa.Column('created_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=False),
    sa.Column('proposal_id', sa.Integer(), nullable=True),
    sa.Column('link', sa.String(length=64), nullable=True),
    sa.Column('link_expires_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=True),
    sa.Column('decided_name', sa.String(length=80), nullable=False),
    sa.Column('decided_by', sa.String(length=80), nullable=True),
    sa.Column('decided_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state in ('proposed', 'in_force', 'confirmed', 'corrected', 'declined', 'replaced')", name=op.f('ck_enterprise_file_state')),
    sa.ForeignKeyConstraint(['need_id'], ['saved_need.id'], name=op.f('fk_enterprise_file_need_id_saved_need'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_enterprise_file_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['proposal_id'], ['enterprise_file.id'], name=op.f('fk_enterprise_file_proposal_id_enterprise_file')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_enterprise_file')),
    sa.UniqueConstraint('link', name=op.f('uq_enterprise_file_link')),
    sa.UniqueConstraint('organisation_id', 'number', name=op.f('uq_enterprise_file_organisation_id_number'))
    )
    op.create_table('need_freeze',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('need_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('content', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('rule_version', sa.String(length=60), nullable=False),
    sa.Column('week', sa.String(length=8), nullable=False),
    sa.Column('created_by', sa.String(length=80), nullable=False),
    sa.Column('created_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=False),
    sa.Column('sheet_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['need_id'], ['saved_need.id'], name=op.f('fk_need_freeze_need_id_saved_need'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['sheet_id'], ['decision_sheet.id'], name=op.f('fk_need_freeze_sheet_id_decision_sheet')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_need_freeze')),
    sa.UniqueConstraint('need_id', 'number', name=op.f('uq_need_freeze_need_id_number'))
    )
    op.create_table('need_term',
    sa.Column('need_id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('industry', sa.String(length=40), nullable=False),
    sa.Column('weight', sa.Double(), nullable=False),
    sa.ForeignKeyConstraint(['need_id'], ['saved_need.id'], name=op.f('fk_need_term_need_id_saved_need'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('need_id', 'code', name=op.f('pk_need_term'))
    )
    with op.batch_alter_table('need_term', schema=None) as batch_op:
        batch_op.create_index('ix_need_term_code', ['code', 'industry', 'need_id', 'weight'], unique=False)

    op.create_table('sign_in_session',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token', sa.String(length=64), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('membership_id', sa.Integer(), nullable=True),
    sa.Column('browser', sa.String(length=200), nullable=False),
    sa.Column('address', sa.String(length=45), nullable=False),
    sa.Column('created_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=False),
    sa.Column('seen_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['membership_id'], ['membership.id'], name=op.f('fk_sign_in_session_membership_id_membership')),
    sa.ForeignKeyConstraint(['user_id'], ['account.id'], name=op.f('fk_sign_in_session_user_id_account'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_session')),
    sa.UniqueConstraint('token', name=op.f('uq_sign_in_session_token'))
    )
    with op.batch_alter_table('sign_in_session', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sign_in_session_user_id'), ['user_id'], unique=False)

    op.create_table('subscription',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('membership_id', sa.Integer(), nullable=False),
    sa.Column('need_id', sa.Integer(), nullable=True),
    sa.Column('filters', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('token', sa.String(length=43), nullable=False),
    sa.Column('created_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=False),
    sa.Column('seen_until', marketplace.core.database.UtcDateTime(timezone=True), nullable=False),
    sa.Column('last_told_on', sa.Date(), nullable=True),
    sa.Column('ended_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("kind in ('needs', 'solutions')", name=op.f('ck_subscription_kind')),
    sa.ForeignKeyConstraint(['membership_id'], ['membership.id'], name=op.f('fk_subscription_membership_id_membership'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['need_id'], ['saved_need.id'], name=op.f('fk_subscription_need_id_saved_need'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subscription')),
    sa.UniqueConstraint('token', name=op.f('uq_subscription_token'))
    )
    with op.batch_alter_table('subscription', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_subscription_ended_at'), ['ended_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_subscription_membership_id'), ['membership_id'], unique=False)

    op.create_table('enquiry_invitation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('enquiry_id', sa.Integer(), nullable=False),
    sa.Column('provider_id', sa.Integer(), nullable=False),
    sa.Column('solution_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('proposed_by', sa.String(length=80), nullable=True),
    sa.Column('invited_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('overdue_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=True),
    sa.Column('responded_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=True),
    sa.Column('decline_reason', sa.String(length=400), nullable=False),
    sa.Column('contact', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('contact_released_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state in ('proposed', 'dismissed', 'invited', 'answered', 'declined', 'expired')", name=op.f('ck_enquiry_invitation_state')),
    sa.ForeignKeyConstraint(['enquiry_id'], ['enquiry.id'], name=op.f('fk_enquiry_invitation_enquiry_id_enquiry'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['provider_id'], ['provider.id'], name=op.f('fk_enquiry_invitation_provider_id_provider')),
    sa.ForeignKeyConstraint(['solution_id'], ['solution.id'], name=op.f('fk_enquiry_invitation_solution_id_solution')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_enquiry_invitation')),
    sa.UniqueConstraint('enquiry_id', 'provider_id', name=op.f('uq_enquiry_invitation_enquiry_id_provider_id'))
    )
    with op.batch_alter_table('enquiry_invitation', schema=None) as batch_op:
        batch_op.create_index('ix_enquiry_invitation_due', ['state', 'due_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_enquiry_invitation_provider_id'), ['provider_id'], unique=False)

    op.create_table('need_candidate',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('need_id', sa.Integer(), nullable=False),
    sa.Column('solution_id', sa.Integer(), nullable=False),
    sa.Column('note', sa.String(length=1000), nullable=False),
    sa.Column('why_not', sa.String(length=1000), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=True),
    sa.Column('score', sa.Double(), nullable=True),
    sa.Column('scores', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('rule_version', sa.String(length=60), nullable=False),
    sa.Column('added_by', sa.String(length=80), nullable=False),
    sa.Column('added_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['need_id'], ['saved_need.id'], name=op.f('fk_need_candidate_need_id_saved_need'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['solution_id'], ['solution.id'], name=op.f('fk_need_candidate_solution_id_solution')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_need_candidate')),
    sa.UniqueConstraint('need_id', 'solution_id', name=op.f('uq_need_candidate_need_id_solution_id'))
    )
    with op.batch_alter_table('need_candidate', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_need_candidate_solution_id'), ['solution_id'], unique=False)

    op.create_table('solution_count',
    sa.Column('solution_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('what', sa.String(length=12), nullable=False),
    sa.Column('times', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['solution_id'], ['solution.id'], name=op.f('fk_solution_count_solution_id_solution'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('solution_id', 'day', 'what', name=op.f('pk_solution_count'))
    )
    op.create_table('solution_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('solution_id', sa.Integer(), nullable=False),
    sa.Column('file_key', sa.String(length=120), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('media_type', sa.String(length=80), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('uploaded_by', sa.String(length=80), nullable=False),
    sa.Column('created_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['solution_id'], ['solution.id'], name=op.f('fk_solution_file_solution_id_solution'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_solution_file'))
    )
    with op.batch_alter_table('solution_file', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_solution_file_solution_id'), ['solution_id'], unique=False)

    op.create_table('enquiry_answer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('invitation_id', sa.Integer(), nullable=False),
    sa.Column('solution_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('points', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('price_parts', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('days', sa.Integer(), nullable=True),
    sa.Column('notes', sa.String(length=2000), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('saved_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=False),
    sa.Column('sent_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state in ('draft', 'sent')", name=op.f('ck_enquiry_answer_state')),
    sa.ForeignKeyConstraint(['invitation_id'], ['enquiry_invitation.id'], name=op.f('fk_enquiry_answer_invitation_id_enquiry_invitation'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['solution_id'], ['solution.id'], name=op.f('fk_enquiry_answer_solution_id_solution')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_enquiry_answer')),
    sa.UniqueConstraint('invitation_id', name=op.f('uq_enquiry_answer_invitation_id'))
    )
    op.create_table('enquiry_question',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('enquiry_id', sa.Integer(), nullable=False),
    sa.Column('invitation_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(length=1000), nullable=False),
    sa.Column('asked_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=False),
    sa.Column('reply', sa.String(length=1000), nullable=False),
    sa.Column('replied_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['enquiry_id'], ['enquiry.id'], name=op.f('fk_enquiry_question_enquiry_id_enquiry'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['invitation_id'], ['enquiry_invitation.id'], name=op.f('fk_enquiry_question_invitation_id_enquiry_invitation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_enquiry_question'))
    )
    with op.batch_alter_table('enquiry_question', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_enquiry_question_enquiry_id'), ['enquiry_id'], unique=False)

    op.create_table('solution_draft',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('solution_id', sa.Integer(), nullable=False),
    sa.Column('content', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('base_version_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=False),
    sa.Column('updated_by', sa.String(length=80), nullable=False),
    sa.ForeignKeyConstraint(['base_version_id'], ['solution_version.id'], name=op.f('fk_solution_draft_base_version_id_solution_version'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['solution_id'], ['solution.id'], name=op.f('fk_solution_draft_solution_id_solution'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_solution_draft')),
    sa.UniqueConstraint('solution_id', name=op.f('uq_solution_draft_solution_id'))
    )
    op.create_table('submission',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('solution_id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('submitted_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=False),
    sa.Column('submitted_by', sa.String(length=80), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('decided_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.String(length=80), nullable=True),
    sa.Column('note', sa.String(length=1000), nullable=False),
    sa.CheckConstraint("kind in ('listing', 'edit')", name=op.f('ck_submission_kind')),
    sa.CheckConstraint("state in ('waiting', 'approved', 'returned', 'withdrawn')", name=op.f('ck_submission_state')),
    sa.ForeignKeyConstraint(['solution_id'], ['solution.id'], name=op.f('fk_submission_solution_id_solution'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['version_id'], ['solution_version.id'], name=op.f('fk_submission_version_id_solution_version'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_submission'))
    )
    with op.batch_alter_table('submission', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_submission_solution_id'), ['solution_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_submission_state'), ['state'], unique=False)

    op.create_table('submission_comment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('submission_id', sa.Integer(), nullable=False),
    sa.Column('field', sa.String(length=80), nullable=False),
    sa.Column('text', sa.String(length=1000), nullable=False),
    sa.Column('author', sa.String(length=80), nullable=False),
    sa.Column('created_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=False),
    sa.Column('answer', sa.String(length=1000), nullable=False),
    sa.Column('answered_by', sa.String(length=80), nullable=True),
    sa.Column('answered_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['submission_id'], ['submission.id'], name=op.f('fk_submission_comment_submission_id_submission'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_submission_comment'))
    )
    with op.batch_alter_table('submission_comment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_submission_comment_submission_id'), ['submission_id'], unique=False)

    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.add_column(sa.Column('phone', sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column('name', sa.String(length=80), nullable=False, server_default=sa.text("''")))
        batch_op.add_column(sa.Column('language', sa.String(length=2), nullable=True))
        batch_op.add_column(sa.Column('sample', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('tf_primary_method', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('tf_totp_secret', sa.String(length=255), nullable=True))
        batch_op.add_column(sa.Column('tf_last_counter', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('mf_recovery_codes', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False, server_default=sa.text("'[]'")))
        batch_op.add_column(sa.Column('failed_sign_ins', sa.Integer(), nullable=False, server_default=sa.text('0')))
        batch_op.add_column(sa.Column('locked_until', marketplace.core.database.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('consent_version', sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column('consent_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('created_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=False, server_default=sa.text("'2026-01-01 00:00:00'")))
        batch_op.add_column(sa.Column('erased_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=True))
        batch_op.create_unique_constraint(batch_op.f('uq_account_phone'), ['phone'])
        batch_op.drop_column('administrator')
    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.alter_column('name', server_default=None)
        batch_op.alter_column('sample', server_default=None)
        batch_op.alter_column('mf_recovery_codes', server_default=None)
        batch_op.alter_column('failed_sign_ins', server_default=None)
        batch_op.alter_column('created_at', server_default=None)

    with op.batch_alter_table('audit_event', schema=None) as batch_op:
        batch_op.add_column(sa.Column('role', sa.String(length=24), nullable=False, server_default=sa.text("''")))
        batch_op.add_column(sa.Column('seal', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('erased_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f('ix_audit_event_actor'), ['actor'], unique=False)
    with op.batch_alter_table('audit_event', schema=None) as batch_op:
        batch_op.alter_column('role', server_default=None)

    with op.batch_alter_table('match_event', schema=None) as batch_op:
        batch_op.add_column(sa.Column('list_key', sa.String(length=16), nullable=True))
        batch_op.create_index(batch_op.f('ix_match_event_list_key'), ['list_key'], unique=False)

    with op.batch_alter_table('match_weights', schema=None) as batch_op:
        batch_op.add_column(sa.Column('thresholds', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), server_default='{}', nullable=False))

    with op.batch_alter_table('organisation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('contacts', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False, server_default=sa.text("'[]'")))
        batch_op.add_column(sa.Column('verified_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('verified_by', sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column('deactivated_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=True))
    with op.batch_alter_table('organisation', schema=None) as batch_op:
        batch_op.alter_column('contacts', server_default=None)

    with op.batch_alter_table('provider', schema=None) as batch_op:
        batch_op.add_column(sa.Column('suspended_at', marketplace.core.database.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('suspended_reason', sa.String(length=400), nullable=True))

    with op.batch_alter_table('solution', schema=None) as batch_op:
        batch_op.add_column(sa.Column('suspended_by', sa.String(length=80), nullable=True))
        batch_op.create_index(batch_op.f('ix_solution_published_version_id'), ['published_version_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_solution_suspended_by'), ['suspended_by'], unique=False)

    with op.batch_alter_table('solution_version', schema=None) as batch_op:
        batch_op.add_column(sa.Column('files', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False, server_default=sa.text("'[]'")))
    with op.batch_alter_table('solution_version', schema=None) as batch_op:
        batch_op.alter_column('files', server_default=None)

    with op.batch_alter_table('organisation', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_organisation_kind'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_organisation_kind'), "kind in ('enterprise', 'provider', 'operator', 'agency', 'expert_body', 'assessor', 'supervisor', 'chain_leader')")
    _give_roles(administrators)


def _give_roles(administrators) -> None:
    """Whoever was the administrator holds the three administrations, as memberships."""
    if not administrators:
        return
    bind, now = op.get_bind(), "2026-01-01 00:00:00"
    bind.execute(sa.text(
        "insert into organisation (slug, kind, name, city, details, contacts, sample, created_at, "
        "verified_at, verified_by) select 'platform', 'agency', :name, :city, '{}', '[]', false, "
        ":now, :now, 'setup' where not exists (select 1 from organisation where slug = 'platform')"),
        {"name": '{"zh": "平台运营单位", "en": "Platform operator"}', "city": '{"zh": "", "en": ""}',
         "now": now})
    for user in administrators:
        for role in ("system_admin", "security_admin", "audit_admin"):
            bind.execute(sa.text(
                "insert into membership (user_id, organisation_id, role, administrator, "
                "industries, state, note, created_at) select :user, id, :role, true, '[]', "
                "'active', '', :now from organisation where slug = 'platform'"),
                {"user": user, "role": role, "now": now})


def downgrade() -> None:
    op.execute("update organisation set kind = 'enterprise' where kind = 'chain_leader'")
    with op.batch_alter_table('organisation', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_organisation_kind'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_organisation_kind'), "kind in ('enterprise', 'provider', 'operator', 'agency', 'expert_body', 'assessor', 'supervisor')")
    with op.batch_alter_table('solution_version', schema=None) as batch_op:
        batch_op.drop_column('files')

    with op.batch_alter_table('solution', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_solution_suspended_by'))
        batch_op.drop_index(batch_op.f('ix_solution_published_version_id'))
        batch_op.drop_column('suspended_by')

    with op.batch_alter_table('provider', schema=None) as batch_op:
        batch_op.drop_column('suspended_reason')
        batch_op.drop_column('suspended_at')

    with op.batch_alter_table('organisation', schema=None) as batch_op:
        batch_op.drop_column('deactivated_at')
        batch_op.drop_column('verified_by')
        batch_op.drop_column('verified_at')
        batch_op.drop_column('contacts')

    with op.batch_alter_table('match_weights', schema=None) as batch_op:
        batch_op.drop_column('thresholds')

    with op.batch_alter_table('match_event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_match_event_list_key'))
        batch_op.drop_column('list_key')

    with op.batch_alter_table('audit_event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_audit_event_actor'))
        batch_op.drop_column('erased_at')
        batch_op.drop_column('seal')
        batch_op.drop_column('role')

    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.add_column(sa.Column('administrator', sa.BOOLEAN(), nullable=False, server_default=sa.false()))
        batch_op.drop_constraint(batch_op.f('uq_account_phone'), type_='unique')
        batch_op.drop_column('erased_at')
        batch_op.drop_column('created_at')
        batch_op.drop_column('consent_at')
        batch_op.drop_column('consent_version')
        batch_op.drop_column('locked_until')
        batch_op.drop_column('failed_sign_ins')
        batch_op.drop_column('mf_recovery_codes')
        batch_op.drop_column('tf_last_counter')
        batch_op.drop_column('tf_totp_secret')
        batch_op.drop_column('tf_primary_method')
        batch_op.drop_column('sample')
        batch_op.drop_column('language')
        batch_op.drop_column('name')
        batch_op.drop_column('phone')
    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.alter_column('administrator', server_default=None)

    with op.batch_alter_table('submission_comment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_submission_comment_submission_id'))

    op.drop_table('submission_comment')
    with op.batch_alter_table('submission', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_submission_state'))
        batch_op.drop_index(batch_op.f('ix_submission_solution_id'))

    op.drop_table('submission')
    op.drop_table('solution_draft')
    with op.batch_alter_table('enquiry_question', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_enquiry_question_enquiry_id'))

    op.drop_table('enquiry_question')
    op.drop_table('enquiry_answer')
    with op.batch_alter_table('solution_file', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_solution_file_solution_id'))

    op.drop_table('solution_file')
    op.drop_table('solution_count')
    with op.batch_alter_table('need_candidate', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_need_candidate_solution_id'))

    op.drop_table('need_candidate')
    with op.batch_alter_table('enquiry_invitation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_enquiry_invitation_provider_id'))
        batch_op.drop_index('ix_enquiry_invitation_due')

    op.drop_table('enquiry_invitation')
    with op.batch_alter_table('subscription', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_subscription_membership_id'))
        batch_op.drop_index(batch_op.f('ix_subscription_ended_at'))

    op.drop_table('subscription')
    with op.batch_alter_table('sign_in_session', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sign_in_session_user_id'))

    op.drop_table('sign_in_session')
    with op.batch_alter_table('need_term', schema=None) as batch_op:
        batch_op.drop_index('ix_need_term_code')

    op.drop_table('need_term')
    op.drop_table('need_freeze')
    op.drop_table('enterprise_file')
    with op.batch_alter_table('enquiry', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_enquiry_state'))
        batch_op.drop_index(batch_op.f('ix_enquiry_need_id'))
        batch_op.drop_index(batch_op.f('ix_enquiry_broker_at'))

    op.drop_table('enquiry')
    with op.batch_alter_table('api_token', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_api_token_user_id'))

    op.drop_table('api_token')
    with op.batch_alter_table('task', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_task_user_id'))
        batch_op.drop_index(batch_op.f('ix_task_subject'))
        batch_op.drop_index(batch_op.f('ix_task_organisation_id'))
        batch_op.drop_index('ix_task_open')

    op.drop_table('task')
    with op.batch_alter_table('saved_need', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_saved_need_organisation_id'))
        batch_op.drop_index('ix_saved_need_open')

    op.drop_table('saved_need')
    with op.batch_alter_table('organisation_file', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_organisation_file_organisation_id'))

    op.drop_table('organisation_file')
    with op.batch_alter_table('organisation_claim', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_organisation_claim_user_id'))
        batch_op.drop_index(batch_op.f('ix_organisation_claim_state'))
        batch_op.drop_index(batch_op.f('ix_organisation_claim_organisation_id'))

    op.drop_table('organisation_claim')
    with op.batch_alter_table('organisation_check', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_organisation_check_state'))
        batch_op.drop_index(batch_op.f('ix_organisation_check_organisation_id'))

    op.drop_table('organisation_check')
    with op.batch_alter_table('membership', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_membership_role'))
        batch_op.drop_index(batch_op.f('ix_membership_organisation_id'))

    op.drop_table('membership')
    with op.batch_alter_table('kept_sheet', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_kept_sheet_sheet_id'))
        batch_op.drop_index(batch_op.f('ix_kept_sheet_organisation_id'))

    op.drop_table('kept_sheet')
    with op.batch_alter_table('kept_comparison', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_kept_comparison_user_id'))
        batch_op.drop_index(batch_op.f('ix_kept_comparison_organisation_id'))

    op.drop_table('kept_comparison')
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_invitation_user_id'))
        batch_op.drop_index(batch_op.f('ix_invitation_organisation_id'))

    op.drop_table('invitation')
    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_delivery_user_id'))
        batch_op.drop_index(batch_op.f('ix_delivery_state'))

    op.drop_table('delivery')
    op.drop_table('notification_preference')
    with op.batch_alter_table('notification', schema=None) as batch_op:
        batch_op.drop_index('ix_notification_unread')
        batch_op.drop_index(batch_op.f('ix_notification_created_at'))

    op.drop_table('notification')
    op.drop_table('working_year')
    with op.batch_alter_table('weight_proposal', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_weight_proposal_industry'))

    op.drop_table('weight_proposal')
    with op.batch_alter_table('trade_word', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_trade_word_industry'))

    op.drop_table('trade_word')
    op.drop_table('sub_platform_page')
    op.drop_table('site_setting')
    with op.batch_alter_table('site_notice', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_site_notice_ends_at'))

    op.drop_table('site_notice')
    op.drop_table('second_factor_demand')
    with op.batch_alter_table('parked_need', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_parked_need_expires_at'))

    op.drop_table('parked_need')
    with op.batch_alter_table('missed_term', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_missed_term_day'))

    op.drop_table('missed_term')
    with op.batch_alter_table('job', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_job_user_id'))
        batch_op.drop_index(batch_op.f('ix_job_state'))
        batch_op.drop_index(batch_op.f('ix_job_kind'))

    op.drop_table('job')
    with op.batch_alter_table('guessed_name', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_guessed_name_tried_at'))

    op.drop_table('guessed_name')
    op.drop_table('audit_head')
    

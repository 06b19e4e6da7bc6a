"""What the desk holds of a person: who entered or answered a file, what was kept for oneself."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from marketplace.accounts.models import User
from marketplace.accounts.person_traces import NameColumn, erasing, keeps_alone, keeps_names
from marketplace.core.database import db
from marketplace.desk.models import EnterpriseFile, KeptComparison, KeptSheet
from marketplace.notifications.person_traces import take_names_away

keeps_names(
    NameColumn(EnterpriseFile.entered_name,
               lambda user: EnterpriseFile.entered_by == user.username, whole=True),
    NameColumn(EnterpriseFile.decided_name,
               lambda user: EnterpriseFile.decided_by == user.username, whole=True))
keeps_alone(KeptComparison, lambda user: (KeptComparison.user_id == user.id)
            & KeptComparison.shared.is_(False))
keeps_alone(KeptSheet, lambda user: (KeptSheet.user_id == user.id) & KeptSheet.shared.is_(False))


@erasing.connect
def _visited(sender: Any, user: User, names: set[str], pseudonym: str) -> None:
    visits = db.session.execute(select(EnterpriseFile.id, EnterpriseFile.organisation_id).where(
        EnterpriseFile.entered_by == user.username)).all()
    take_names_away({f"enterprise_file:{organisation}" for _id, organisation in visits},
                    [f"enterprise_file.proposed:{i}" for i, _organisation in visits],
                    names, pseudonym)

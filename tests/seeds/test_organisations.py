"""Sample organisations stand in every state, once, and go with the samples."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from marketplace.accounts.models import Organisation, OrganisationClaim
from marketplace.accounts.organisation_models import OrganisationCheck
from marketplace.desk.models import EnterpriseFile
from seeds.accounts import load_accounts, remove_accounts
from seeds.loader import remove_samples
from seeds.organisations import load_organisations, remove_organisation_states


@pytest.fixture
def loaded(catalogue: Flask) -> Flask:
    load_accounts(catalogue.extensions["settings"])
    assert load_organisations() == 4
    return catalogue


def test_every_state_is_there_once(loaded: Flask, session: scoped_session[Session]) -> None:
    assert load_organisations() == 0
    unchecked = select(func.count()).select_from(Organisation).where(
        Organisation.sample, Organisation.verified_at.is_(None))
    assert session.scalar(unchecked) == 2
    assert session.scalars(select(OrganisationCheck.state)).all() == ["waiting"]
    assert sorted(session.scalars(select(OrganisationClaim.disputed))) == [False, True]
    assert session.scalars(select(EnterpriseFile.state)).all() == ["proposed"]


def test_they_go_with_the_samples(loaded: Flask, session: scoped_session[Session]) -> None:
    assert remove_organisation_states() == 2
    remove_accounts(loaded.extensions["settings"])
    remove_samples()
    for model in (Organisation, OrganisationClaim, OrganisationCheck, EnterpriseFile):
        found = select(func.count()).select_from(model)
        assert session.scalar(found.where(model.sample) if model is Organisation else found) == 0

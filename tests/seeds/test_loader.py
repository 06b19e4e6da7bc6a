"""Loading is idempotent, removal complete, samples are marked."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session
from stdnum.cn import uscc

from marketplace.accounts.models import Organisation
from marketplace.catalog.indexer import COLLECTIONS
from marketplace.catalog.models import Admission, PricePart, Provider, Solution, SolutionVersion
from marketplace.core.errors import ConfigurationError
from marketplace.taxonomy.models import District, Programme
from seeds.loader import (
    is_empty,
    load_city,
    load_samples,
    remove_samples,
    sample_credit_code,
)
from tests.factories import bring_into_index, make_provider, make_solution

TABLES = (Organisation, Provider, Solution, SolutionVersion, PricePart, Admission)


def counts(session: scoped_session[Session]) -> list[int]:
    return [session.scalar(select(func.count()).select_from(t)) or 0 for t in TABLES]


def test_loading_twice_changes_nothing(catalogue: Flask,
                                       session: scoped_session[Session]) -> None:
    before = counts(session)
    assert before[:3] == [100, 40, 153]
    assert load_samples("jinan") == {"providers": 0, "solutions": 0, "enterprises": 0}
    assert counts(session) == before


def test_removal_takes_all_samples_and_leaves_the_facts(catalogue: Flask,
                                                        session: scoped_session[Session]) -> None:
    districts, programmes = (session.scalar(select(func.count()).select_from(t))
                             for t in (District, Programme))
    assert remove_samples() == {"solutions": 153, "providers": 40, "organisations": 100}
    assert counts(session) == [0] * len(TABLES)
    assert session.scalar(select(func.count()).select_from(District)) == districts
    assert session.scalar(select(func.count()).select_from(Programme)) == programmes
    bring_into_index()
    for collection in COLLECTIONS:
        assert catalogue.extensions["indexes"][collection].stats().documents == 0
    assert is_empty()


def test_removal_leaves_what_is_no_sample(catalogue: Flask,
                                          session: scoped_session[Session]) -> None:
    real = make_solution(admitted=True)
    remove_samples()
    assert session.scalars(select(Solution.id)).all() == [real.id]
    assert session.scalars(select(Admission.solution_id)).all() == [real.id]


def test_removal_that_would_orphan_a_real_solution_is_refused(
        catalogue: Flask, session: scoped_session[Session]) -> None:
    sample = session.scalars(select(Provider).limit(1)).one()
    make_solution(provider=sample)
    with pytest.raises(ConfigurationError, match=sample.slug):
        remove_samples()
    assert counts(session)[2] == 154


def test_every_record_is_marked_a_sample(catalogue: Flask,
                                         session: scoped_session[Session]) -> None:
    for column in (Solution.sample, Organisation.sample, Admission.sample):
        assert set(session.scalars(select(column))) == {True}


def test_listed_and_admitted_are_two_facts(catalogue: Flask,
                                           session: scoped_session[Session]) -> None:
    assert session.scalar(select(func.count()).where(Solution.listed_on.is_not(None))) == 150
    admitted = session.scalar(select(func.count(Admission.solution_id.distinct()))) or 0
    assert 0 < admitted < 150


def test_credit_codes_are_well_formed_and_used_once(catalogue: Flask,
                                                    session: scoped_session[Session]) -> None:
    codes = session.scalars(select(Organisation.credit_code)).all()
    assert len(set(codes)) == len(codes) == 100
    assert all(uscc.is_valid(code) for code in codes)
    assert sample_credit_code("a") != sample_credit_code("b")


def test_city_loads_twice_and_keeps_one_programme(app: Flask,
                                                  session: scoped_session[Session]) -> None:
    first = load_city("jinan").id
    assert load_city("jinan").id == first
    assert session.scalar(select(func.count()).select_from(Programme)) == 1


def test_city_unknown_names_the_known(app: Flask) -> None:
    with pytest.raises(ConfigurationError, match="jinan"):
        load_city("atlantis")


def test_progress_is_reported(app: Flask) -> None:
    seen = []
    load_samples("jinan", lambda what, done, total: seen.append((what, done, total)))
    assert seen[-1] == ("solutions", 150, 150)
    assert {what for what, _done, _total in seen} == {"providers", "enterprises", "solutions"}


def test_empty_means_no_provider(app: Flask) -> None:
    assert is_empty()
    make_provider()
    assert not is_empty()

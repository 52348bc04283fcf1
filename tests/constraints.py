"""Which constraints do the models name, and is an illegal row refused by exactly the one that is meant?"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction


def constraints_of(app: str) -> dict[str, tuple[type[models.Model], models.BaseConstraint]]:
    """Every named constraint of an app's models, with its model."""
    return {
        constraint.name: (model, constraint)
        for model in apps.get_app_config(app).get_models()
        for constraint in model._meta.constraints
    }


def told_by(name: str, model: type[models.Model], constraint: models.BaseConstraint) -> list[str]:
    """What the database says when the constraint refuses a row: SQLite names the columns of a unique one."""
    if connection.vendor == "sqlite" and isinstance(constraint, models.UniqueConstraint):
        fields = {field.name: field for field in model._meta.fields}
        columns = [fields[name].column for name in constraint.fields]
        return [", ".join(f"{model._meta.db_table}.{column}" for column in columns)]
    return [name]


@contextmanager
def refused_by(app: str, name: str) -> Iterator[None]:
    """The database itself refuses what is written inside, and says that it was this constraint."""
    model, constraint = constraints_of(app)[name]
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        yield
    message = str(caught.value).splitlines()[0]
    for words in told_by(name, model, constraint):
        assert words in message


def without_message(app: str) -> list[str]:
    """Constraints that would tell a person only their own name."""
    plain = models.BaseConstraint.default_violation_error_message
    return [
        name
        for name, (_model, constraint) in constraints_of(app).items()
        if constraint.violation_error_message == plain
    ]

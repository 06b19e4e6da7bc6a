"""Setting the second factor up: a wrong code shows the same key once more.

Flask-Security leads back to the start and makes another key; whoever only mistyped would have to
scan anew, with two entries of this site in the app.
"""

from __future__ import annotations

from functools import wraps

from flask import Flask, current_app, g, session
from flask import render_template as render
from flask.typing import ResponseReturnValue
from flask_login import current_user

from marketplace.accounts.second_factor import REFUSED

ENDPOINT = "security.two_factor_setup_validate"
FLASHES = "_flashes"
"""Where Flask keeps what the next page is to say."""


def init_second_factor_setup(app: Flask) -> None:
    """Put the second try before the view of the extension."""
    view = app.view_functions[ENDPOINT]

    @wraps(view)
    def validate(token: str) -> ResponseReturnValue:
        answer: ResponseReturnValue = view(token)  # type: ignore[assignment]
        form = g.get(REFUSED)
        if form is None:
            return answer
        session.pop(FLASHES, None)
        shown = current_app.extensions["security"].totp_factory.fetch_setup_values(
            form.tf_totp_secret, current_user)
        return render("accounts/second_factor.html", two_factor_verify_code_form=form,
                      chosen_method="authenticator", state_token=token,
                      authr_qrcode=shown["image"], authr_key=shown["key"],
                      authr_username=shown["username"], authr_issuer=shown["issuer"]), 422

    app.view_functions[ENDPOINT] = validate

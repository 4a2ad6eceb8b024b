"""Adding a group. For now the page says how; the people who run the directory do it."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from directory.infra import clock
from directory.web.access import Who, open_to
from directory.web.layout import begin

bp = Blueprint("contribute", __name__)


@bp.get("/add")
@open_to(Who.ANYONE)
def add() -> ResponseReturnValue:
    """How to have a group listed, and what to tell."""
    with begin(clock.now()):
        pass
    return render_template("contribute/add.html")

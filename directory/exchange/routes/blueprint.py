"""The pages of this slice."""

from __future__ import annotations

from typing import Final

from flask import Blueprint
from flask.blueprints import BlueprintSetupState

from directory.web.limits import ReadLimit

bp: Final = Blueprint("exchange", __name__)
LIMIT: Final = "exchange.limit"  # how many files a client may have made
FIRST_SEEN: Final = "exchange.first_seen"  # when this process first saw which code, terms and areas


def _prepare(state: BlueprintSetupState) -> None:
    here = state.app.extensions["directory"]
    state.app.extensions[LIMIT] = ReadLimit(here.settings.files_a_minute)
    state.app.extensions[FIRST_SEEN] = {}


bp.record_once(_prepare)

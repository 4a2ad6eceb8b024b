"""What the document of the API says of a parameter is what the API takes."""

import re

from hypothesis import given
from hypothesis import strategies as st

from directory.core.postcode import WRITTEN, Postcode
from directory.exchange.rules.oruk_request import PARAMETERS, read


@given(text=st.from_regex(re.compile(WRITTEN), fullmatch=True))
def test_every_postcode_as_the_document_has_it_is_read(text):
    assert read({"postcode": text}, ("postcode",)).postcode == str(Postcode.parse(text))


@given(text=st.from_regex(re.compile(PARAMETERS["day"].schema["pattern"]), fullmatch=True))
def test_every_day_as_the_document_has_it_is_read(text):
    assert read({"day": text}, ("day",)).day == text[:2].upper()


@given(text=st.from_regex(re.compile(PARAMETERS["start_time"].schema["pattern"]), fullmatch=True))
def test_every_time_as_the_document_has_it_is_read(text):
    assert f"{read({'start_time': text}, ('start_time',)).start_time:%H:%M}" == text[:5]

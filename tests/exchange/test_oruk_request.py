"""What the document of the API says of a parameter is what the API takes."""

import re

from hypothesis import example, given
from hypothesis import strategies as st

from directory.core.postcode import WRITTEN, Postcode
from directory.exchange.rules.oruk_request import PARAMETERS, read


@given(text=st.from_regex(re.compile(WRITTEN), fullmatch=True))
def test_every_postcode_as_the_document_has_it_is_read(text):
    assert read({"postcode": text}, ("postcode",)).postcode == str(Postcode.parse(text))


@given(text=st.from_regex(re.compile(PARAMETERS["day"].schema["pattern"]), fullmatch=True))
def test_every_day_as_the_document_has_it_is_read(text):
    assert read({"day": text}, ("day",)).day == text[:2].upper()


@given(age=st.floats(0, 150, allow_subnormal=False))
@example(1.3485766548360536)
@example(1.25e-05)
def test_every_number_in_the_bounds_of_the_document_is_read(age):
    assert read({"minimum_age": repr(age)}, ("minimum_age",)).minimum_age == age


@given(text=st.from_regex(re.compile(PARAMETERS["start_time"].schema["pattern"]), fullmatch=True))
def test_every_time_as_the_document_has_it_is_read(text):
    assert f"{read({'start_time': text}, ('start_time',)).start_time:%H:%M}" == text[:5]

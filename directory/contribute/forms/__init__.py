"""What people type, page by page: each form is filled from the answers there are, and puts its own among them."""

from directory.contribute.forms.base import Here, PageForm
from directory.contribute.forms.doing import DoingForm
from directory.contribute.forms.ending import ExtrasForm, LaterForm, PressForm, SenderForm, SendForm
from directory.contribute.forms.group import GroupForm
from directory.contribute.forms.places import AddressForm, VisibilityForm, WaysForm
from directory.contribute.forms.times import HoursForm
from directory.contribute.forms.ways import DetailsForm, EachForm, ReachForm

__all__ = [
    "AddressForm",
    "DetailsForm",
    "DoingForm",
    "EachForm",
    "ExtrasForm",
    "GroupForm",
    "Here",
    "HoursForm",
    "LaterForm",
    "PageForm",
    "PressForm",
    "ReachForm",
    "SenderForm",
    "SendForm",
    "VisibilityForm",
    "WaysForm",
]

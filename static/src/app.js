// Every page's script. All pages work without it: it moves focus to a summary of
// errors, stops a double click from sending twice, opens what a choice reveals, and
// searches in place, and suggests what somebody may be typing.

import "./near.js";

import { Button, ErrorSummary, createAll } from "govuk-frontend";

import { searchInPlace } from "./inplace.js";
import { reveal } from "./reveal.js";
import { suggest } from "./suggest.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
for (const component of [Button, ErrorSummary]) createAll(component);
reveal();
searchInPlace();
suggest();

// Every page's script. All pages work without it: it moves focus to a summary of
// errors, stops a double click from sending twice, and opens what a choice reveals.

import { Button, Checkboxes, ErrorSummary, Radios, createAll } from "govuk-frontend";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
for (const component of [Button, Checkboxes, ErrorSummary, Radios]) createAll(component);

"""What people and programs are told when something goes wrong."""

import json

import pytest
from jinja2 import DictLoader

SAID = [
    ("/fails/400", 400),
    ("/fails/403", 403),
    ("/fails/404", 404),
    ("/fails/405", 405),
    ("/fails/413", 413),
    ("/fails/429", 429),
    ("/fails/500", 500),
    ("/fails/503", 503),
    ("/fails/not-found", 404),
    ("/fails/invalid", 400),
    ("/fails/conflict", 409),
    ("/fails/unavailable", 503),
    ("/fails/mistake", 500),
]


@pytest.mark.parametrize(("path", "status"), SAID)
def test_each_error_has_its_page(client, path, status):
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.text == f"<h1>Error {400 if status == 409 else status}</h1>"
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_rare_error_has_a_page_too(client):
    assert client.get("/fails/418").text == "<h1>Error 400</h1>"
    assert client.get("/fails/418").status_code == 418


@pytest.mark.parametrize(("path", "status"), SAID)
def test_a_program_gets_a_problem_document(client, path, status):
    if path.removeprefix("/fails/").isdigit():
        return
    answer = client.get(f"{path}.csv")
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    document = json.loads(answer.text)
    assert document["status"] == status
    assert document.get("detail") == ("postcode has to be a postcode." if path == "/fails/invalid" else None)
    assert set(document) - {"detail"} == {"type", "title", "status"}


@pytest.mark.parametrize(
    "how", ["not-found", "invalid", "unavailable", "too-much", "mistake", "mistake.geojson", "invalid.csv"]
)
def test_no_error_tells_what_was_given_or_where_it_happened(client, how):
    told = client.get(f"/fails/{how}").text
    for secret in ("refuge", "B12", "10.0.0.1", "/opt", "/var", "line 3", "Traceback", "Werkzeug", "Python"):
        assert secret not in told


def test_who_asked_for_too_much_is_told_to_ask_for_less(client):
    answer = client.get("/fails/too-much")
    assert (answer.status_code, answer.text) == (503, "<h1>Error slow</h1>")
    answer = client.get("/fails/too-much.csv")
    assert answer.status_code == 503
    assert json.loads(answer.text)["detail"] == "That takes longer than a search may: ask for less, or near a place."


def test_come_back_later_says_when(client):
    assert client.get("/fails/unavailable").headers["Retry-After"] == "30"


def test_a_wrong_method_is_told_which_would_do(client):
    answer = client.get("/send")
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"OPTIONS", "POST"}


def test_a_broken_error_page_still_answers(app, caplog):
    app.jinja_loader = DictLoader({"errors/404.html": "{{ nothing.at.all }}"})
    answer = app.test_client().get("/nowhere")
    assert answer.status_code == 404
    assert "Sorry, something went wrong" in answer.text


def test_a_mistake_of_ours_is_logged_with_its_trace_and_told_to_nobody(client, caplog):
    client.get("/fails/mistake")
    (record,) = (record for record in caplog.records if record.levelname == "ERROR")
    assert record.exc_info is not None

"""The API describes itself: a valid OpenAPI document, with words and an error shape for every route."""

from __future__ import annotations

from openapi_spec_validator import validate

from api.main import create_app


def test_the_description_is_valid_and_complete() -> None:
    description = create_app().openapi()
    validate(description)
    assert len(description["paths"]) > 25
    for path, methods in description["paths"].items():
        assert path.startswith("/api/v1/")
        for operation in methods.values():
            assert operation["description"], path
            assert "default" in operation["responses"], path


def test_every_answer_says_its_schema() -> None:
    shapes = create_app().openapi()["components"]["schemas"]
    for name in ("DocumentPublic", "PagePublic", "EntityList", "SearchResult", "Problem", "BatchPublic", "ReviewList"):
        assert shapes[name]["properties"]["schema"]["const"] == 1

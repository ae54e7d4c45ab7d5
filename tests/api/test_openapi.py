"""The API describes itself: a valid OpenAPI document, with words and an error shape for every route."""

from __future__ import annotations

import pytest
from openapi_spec_validator import validate
from pydantic import BaseModel

from api import schemas
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


@pytest.mark.parametrize(
    "shape", [s for s in vars(schemas).values() if isinstance(s, type) and issubclass(s, BaseModel)]
)
def test_examples_follow_their_shapes(shape: type[BaseModel]) -> None:
    extra = shape.model_config.get("json_schema_extra") or {}
    assert isinstance(extra, dict)
    for example in extra.get("examples", []):  # type: ignore[union-attr]
        assert shape.model_validate(example).model_dump(mode="json", by_alias=True) == example

"""Loads and checks document_types.yaml: the types, their fields, and the words that speak for each; and a file of the
same form that an installation adds. Using it is left to `types` and `fields`.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError, model_validator
from pydantic import Field as Setting

from nlp.understanding.clauses import SAID
from nlp.understanding.phrases import folded

Kind = Literal["date", "money", "id", "name", "address", "iban", "currency", "text", "number", "party", "law", "term"]
Shape = Literal["narrow", "amounts", "clauses", "blanks", "columns", "prose", "salutation"]
Hint = Literal[
    "adds_up", "again", "below_name", "brand", "cents", "currency", "date", "early", "entity", "first", "illegible",
    "large", "largest", "last", "legal_form", "long", "low", "money", "negative", "no_digit", "organisation",
    "over_address", "person", "postcode", "rounded", "street", "tall", "time", "title", "trade_word", "unrounded",
    "zero",
]  # fmt: skip
For = Annotated[float, Setting(gt=0, le=10)]
Against = Annotated[float, Setting(lt=0, ge=-10)]
Weight = Annotated[float, Setting(ge=-10, le=10)]


def _legible(phrase: str) -> str:
    if not folded(phrase):
        raise ValueError("a phrase must have letters or digits")
    return phrase


Phrase = Annotated[str, AfterValidator(_legible)]
#: What stands in the database and in addresses: small letters, digits, underscores.
Name = Annotated[str, Setting(pattern=r"^[a-z][a-z0-9_]{0,39}$")]

DEFAULT = Path(__file__).parent / "document_types.yaml"


class FieldRules(BaseModel):
    """How one field is found; all weights are log-odds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Kind
    labels: dict[Phrase, For] = {}
    against: dict[Phrase, Against] = {}
    hints: dict[Hint, Weight] = {}
    bias: Weight = 0.0
    group: str | None = None

    @model_validator(mode="after")
    def _needs_a_header(self) -> FieldRules:
        if self.kind in ("text", "number") and not self.group:
            raise ValueError(f"a field of the kind {self.kind} is a column of a table, and needs a group")
        return self

    def phrases(self) -> dict[str, float]:
        """Words for and against, folded as `phrases.find` wants them."""
        return {folded(phrase): weight for phrase, weight in (self.labels | self.against).items()}


#: What the columns of a table may be called: their names say how they belong together.
COLUMNS = frozenset({"description", "quantity", "unit_price", "line_tax", "amount"})


class TypeRules(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    words: dict[Phrase, Weight]
    shape: dict[Shape, Weight] = {}
    bias: Weight = 0.0
    fields: dict[Name, FieldRules] = {}

    @model_validator(mode="after")
    def _knows_its_columns(self) -> TypeRules:
        columns = (name for name, field in self.fields.items() if field.group and field.labels)
        strange = {name for name in columns if self.fields[name].kind not in SAID} - COLUMNS
        if strange:
            raise ValueError(f"{', '.join(sorted(strange))}: columns are called {', '.join(sorted(COLUMNS))}")
        return self


class Catalogue(BaseModel):
    """All types. `shared` is where the YAML keeps what several types use; it is checked and otherwise ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: str
    shared: dict[str, FieldRules] = {}
    types: dict[Name, TypeRules]


@lru_cache
def load(added: Path | None = None) -> Catalogue:
    """Our catalogue, with the types of the file `added` put before ours; one of the same name takes its place.

    Raises ValueError that names the file, the place in it and what is wrong there.
    """
    ours = _read(DEFAULT)
    if added is None:
        return ours
    theirs = _read(added)
    return Catalogue(version=f"{ours.version}+{theirs.version}", types={**theirs.types, **(ours.types | theirs.types)})


def _read(path: Path) -> Catalogue:
    try:
        content: Any = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} cannot be read: {error}") from error
    except yaml.YAMLError as error:
        raise ValueError(f"{path.name} is not YAML: {error}") from error
    try:
        catalogue = Catalogue.model_validate(content)
    except ValidationError as error:
        places = (f"{'.'.join(map(str, e['loc']))}: {e['msg']} (found {e['input']!r})" for e in error.errors())
        raise ValueError(f"{path.name}: " + "; ".join(places)) from error
    return catalogue

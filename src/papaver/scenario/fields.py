"""How fields of a scenario are described, and the rules all parts of it share."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

SLUG = r"^[a-z][a-z0-9_-]{0,59}$"
ONE_LINE = r"^[^\n\t]*$"


def field(text: str, *, example: Any, unit: str = "none", **rest: Any) -> Any:
    """Describe one field; what carries no unit says ``none``."""
    return Field(description=text, examples=[example], json_schema_extra={"unit": unit}, **rest)


def share(text: str, example: float) -> Any:
    """A share from 0 to 1 that may be left out."""
    return field(text, unit="share", example=example, default=None, ge=0, le=1)


def _as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _empty_section(value: object) -> object:
    return {} if value is None else value


T = TypeVar("T")
Many = Annotated[tuple[T, ...], BeforeValidator(_as_tuple)]
Section = Annotated[T, BeforeValidator(_empty_section)]  # a heading with nothing under it


class Model(BaseModel):
    """Common rules: nothing coerced, no unknown field, no infinity, unchangeable."""

    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, allow_inf_nan=False, hide_input_in_errors=True
    )

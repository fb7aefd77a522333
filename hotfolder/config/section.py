"""What all groups of options have in common."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A group of options; unknown names are refused and nothing changes after reading."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", validate_default=True, hide_input_in_errors=True
    )

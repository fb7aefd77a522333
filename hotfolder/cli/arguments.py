"""Arguments that several commands take."""

from typing import Annotated

import typer

OrderArgument = Annotated[str, typer.Argument(metavar="ORDER", help="Order id.")]
ItemArgument = Annotated[str, typer.Argument(metavar="ITEM", help="Item id.")]

"""Groups of commands whose modules are loaded when they are called."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

import click
from click.shell_completion import CompletionItem

REST = "More"


class LazyGroup(click.Group):
    """Commands by name and where each is (`module:command`).

    To load the modules of all takes longer than most commands do. `sections` are headings of the
    help with the names below each; a command of none stands at the end.
    """

    def __init__(
        self,
        *args: Any,
        places: Mapping[str, str],
        sections: Mapping[str, Sequence[str]] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        self._places = places
        self._sections = sections or {}

    def list_commands(self, _context: click.Context) -> list[str]:
        """In the order in which they were given."""
        return list(self._places)

    def get_command(self, _context: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self._places:
            return None
        module, _, name = self._places[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Names alone: what each does would need all modules, while somebody waits for a Tab."""
        if incomplete.startswith("-"):
            return super().shell_complete(ctx, incomplete)
        return [CompletionItem(name) for name in self._places if name.startswith(incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The help by headings, where there are some."""
        if not self._sections:
            super().format_commands(ctx, formatter)
            return
        named = {name for names in self._sections.values() for name in names}
        rest = [name for name in self._places if name not in named]
        for heading, names in (*self._sections.items(), (REST, rest)):
            known = [(name, self.get_command(ctx, name)) for name in names]
            rows = [(name, one.get_short_help_str(limit=80)) for name, one in known if one]
            if rows:
                with formatter.section(heading):
                    formatter.write_dl(rows)

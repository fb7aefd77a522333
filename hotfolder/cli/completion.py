"""hotfolder completion: what a shell needs to complete command lines."""

import click
from click.shell_completion import get_completion_class

SHELLS = ("bash", "zsh", "fish")
PROGRAM = "hotfolder"


@click.command
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print what SHELL needs to complete commands and options.

    bash: `hotfolder completion bash > /etc/bash_completion.d/hotfolder`

    zsh: `hotfolder completion zsh > FOLDER/_hotfolder`, a folder of $fpath

    fish: `hotfolder completion fish > ~/.config/fish/completions/hotfolder.fish`
    """
    found = get_completion_class(shell)
    root = context.find_root().command
    if found is not None:
        maker = found(root, {}, PROGRAM, f"_{PROGRAM.upper()}_COMPLETE")
        print(maker.source_template % maker.source_vars())

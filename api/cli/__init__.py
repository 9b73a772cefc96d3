"""`zones`: the registry's command line; each command is a function of one of these modules.

What a command needs of the service it imports itself, so that `--help` is quick.
May import everything of the project. Never: rules of the domain.
"""

from collections.abc import Callable

import typer

from api.cli import accounts, demo, exchange, operation, register, reports, service, snapshots
from api.cli.running import SETTINGS_HELP

app = typer.Typer(
    help="The industrial-zone registry.",
    epilog=SETTINGS_HELP,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)
COMMANDS: dict[str, Callable[..., None]] = {
    "up": service.up, "serve": service.serve, "migrate": register.migrate, "load": register.load,
    "export": exchange.export, "import": exchange.import_zones, "map": register.draw_map, "rebuild": register.rebuild,
    "report": reports.report, "snapshot": snapshots.snapshot, "demo": demo.demo, "doctor": operation.doctor,
    "backup": operation.backup, "restore": operation.restore,
}  # fmt: skip
for name, command in COMMANDS.items():
    app.command(name=name, epilog=SETTINGS_HELP)(command)
app.add_typer(accounts.accounts, name="account", epilog=SETTINGS_HELP)

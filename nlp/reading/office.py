"""Makes a PDF of an office file by LibreOffice, which may ask nothing of anybody and run nothing.

What it is given is left to `conversion`, how long it may take and how much memory to whoever keeps the guarded child:
LibreOffice has the child's limits, and ends with it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from errors import SheafError

#: A new profile makes LibreOffice end with this status, asking to be started again.
_AGAIN = 81
_MACOS = "/Applications/LibreOffice.app/Contents/MacOS/soffice"
_SWITCHES = ("--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck", "--nofirststartwizard")

#: No macro runs, and no link is followed: to the disk by no leave, to the network by a proxy that is not there either.
_SETTINGS = {
    "Office.Common/Security/Scripting": {
        "BlockUntrustedRefererLinks": "true",
        "DisableMacrosExecution": "true",
        "MacroSecurityLevel": "3",
    },
    "Office.Writer/Content/Update": {"Link": "2"},
    "Office.Calc/Content/Update": {"Link": "2"},
    "Inet/Settings": {
        "ooInetProxyType": "2",
        "ooInetHTTPProxyName": "127.0.0.1",
        "ooInetHTTPProxyPort": "9",
        "ooInetHTTPSProxyName": "127.0.0.1",
        "ooInetHTTPSProxyPort": "9",
        "ooInetNoProxy": "",
    },
}
_PROFILE = (
    '<oor:items xmlns:oor="http://openoffice.org/2001/registry">'
    + "".join(
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>"
        for path, properties in _SETTINGS.items()
        for name, value in properties.items()
    )
    + "</oor:items>"
)


def program() -> Path | None:
    """LibreOffice itself, not the script around it: that one would start a grandchild, which nobody ends."""
    found = shutil.which("soffice") or shutil.which("libreoffice") or shutil.which(_MACOS)
    if found is None:
        return None
    script = Path(found).resolve()
    binary = script.with_name("soffice.bin")
    return binary if binary.exists() else script


def to_pdf(source: Path, target: Path, name: str, export: str, filter: str = "") -> None:
    """Write a PDF of `source`, whose suffix says what it is, to `target`.

    `name` is what the file is for a person, `export` the PDF export filter, `filter` the one to open it with (empty:
    LibreOffice finds out). Raises SheafError office_missing or not_converted.
    """
    soffice = program()
    if soffice is None:
        raise SheafError("office_missing", found=name)
    with tempfile.TemporaryDirectory(prefix="office-") as folder:
        profile, out = Path(folder, "profile"), Path(folder, "out")
        (profile / "user").mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(_PROFILE, "utf-8")
        command = [str(soffice), f"-env:UserInstallation={profile.as_uri()}", *_SWITCHES]
        command += [f"--infilter={filter}"] if filter else []
        command += ["--convert-to", f"pdf:{export}", "--outdir", str(out), str(source)]
        environment = {**os.environ, "HOME": folder, "SAL_USE_VCLPLUGIN": "svp"}
        for _ in range(3):
            ended = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False)
            if ended.returncode != _AGAIN:
                break
        made = out / f"{source.stem}.pdf"
        if ended.returncode or not made.exists():
            raise SheafError("not_converted", found=name, detail="it cannot be opened or printed")
        shutil.move(made, target)

"""Terraform in a copy of infra/terraform, so that no state is left in the checkout.

Neither Terraform nor its provider can be installed by us: where they are absent, the tests skip even in CI. The
provider is taken from a folder of plugins (TF_PLUGIN_DIR, or one of the usual places), else from the network.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT

SOURCE = ROOT / "infra" / "terraform"
PROVIDER = "*/hashicorp/aws"
USUAL = ("~/.terraform.d/plugins", "/usr/share/terraform/plugins", "/usr/local/share/terraform/plugins", "/opt/*")

#: Seconds a command may take.
PATIENCE = 240.0


@dataclass(frozen=True)
class Terraform:
    """Runs commands in `folder`."""

    folder: Path
    environment: Mapping[str, str]

    def run(self, *arguments: str) -> str:
        """What the command prints; it must succeed."""
        done = subprocess.run(
            ["terraform", *arguments],
            cwd=self.folder,
            env=dict(self.environment),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, f"terraform {' '.join(arguments)}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
        return done.stdout

    @contextmanager
    def applied(self, aws: Mapping[str, str]) -> Iterator[Terraform]:
        """Everything made in the AWS that this environment leads to, and destroyed when the block ends."""
        there = replace(self, environment={**self.environment, **aws})
        region = f"-var=region={aws['AWS_DEFAULT_REGION']}"
        # The provider waits 25 seconds for each queue, so they are all made at once.
        options = [
            "-no-color",
            "-auto-approve",
            "-parallelism=30",
            region,
            "-var=s3_use_path_style=true",
            "-var=tls_only=false",
            "-var=force_destroy=true",
        ]
        try:
            there.run("apply", *options)
            yield there
        finally:
            there.run("destroy", *options, "-refresh=false")

    def outputs(self) -> dict[str, Any]:
        return {name: output["value"] for name, output in json.loads(self.run("output", "-json")).items()}

    def resources(self) -> list[str]:
        """The addresses of what is there, without what was only looked up."""
        listed = self.run("state", "list").splitlines()
        return [address for address in listed if not address.startswith("data.") and ".data." not in address]


@pytest.fixture(scope="session")
def terraform(tmp_path_factory: pytest.TempPathFactory) -> Terraform:
    """Terraform with its provider at hand; nothing is applied yet."""
    if shutil.which("terraform") is None:
        pytest.skip("terraform is missing")
    folder = tmp_path_factory.mktemp("terraform")
    shutil.copytree(SOURCE, folder / "root", ignore=shutil.ignore_patterns(".terraform", "*.tfstate*"))
    config = folder / "cli.tfrc"
    mirror = plugin_folder()
    config.write_text(f'provider_installation {{ filesystem_mirror {{ path = "{mirror}" }} }}\n' if mirror else "")
    ready = Terraform(
        folder / "root",
        {
            **{name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "TF_"))},
            "TF_CLI_CONFIG_FILE": str(config),
            "TF_IN_AUTOMATION": "1",
            "TF_INPUT": "0",
            "CHECKPOINT_DISABLE": "1",
        },
    )
    try:
        ready.run("init", "-lockfile=readonly", "-no-color")
    except AssertionError as error:
        if mirror:
            raise
        pytest.skip(f"terraform's provider is missing: {error}")
    return ready


def plugin_folder() -> Path | None:
    """A folder that holds the provider as a mirror of the registry does."""
    places = [os.environ["TF_PLUGIN_DIR"]] if os.environ.get("TF_PLUGIN_DIR") else USUAL
    for place in places:
        pattern = Path(place).expanduser()
        for folder in sorted(Path(pattern.anchor).glob(str(pattern.relative_to(pattern.anchor)))):
            if any(folder.glob(PROVIDER)):
                return folder
    return None

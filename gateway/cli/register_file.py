"""A register file as every command takes it: whole, and with nothing wrong, or not at all (CONTRACT §2)."""

from __future__ import annotations

from pathlib import Path

from gateway.policies import Policies
from gateway.register_checks import faults
from gateway.yaml_file import load
from models.register import Register


def register_from(file: Path, policies: Policies) -> Register:
    """The register. YamlFileError names everything that is wrong, with line and field."""
    return load(file, Register, check=lambda register: faults(register, policies))

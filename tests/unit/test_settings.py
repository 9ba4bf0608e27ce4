"""Settings: the file, the environment over it, and errors that say what to change."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.intake.calls.importer import FORMATS
from gateway.settings import CallsSettings, Settings, SettingsError, load_settings


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in [name for name in os.environ if name.startswith("TRIAGE_")]:
        monkeypatch.delenv(name)


def load(tmp_path: Path, text: str | bytes) -> Settings:
    path = tmp_path / "gateway.toml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return load_settings(path)


def test_no_file_gives_the_defaults() -> None:
    settings = load_settings(None)
    assert settings.mode == "observe"
    assert settings.store.path == Path("var/triage.db")


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    assert load(tmp_path, b"\xef\xbb\xbf" + b'mode = "enforce"\n').mode == "enforce"


def test_the_environment_wins_over_the_file_setting_by_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIAGE_RELAY__PORT", "2600")
    settings = load(tmp_path, '[relay]\nhost = "mail.example"\nport = 2500\n')
    assert (settings.relay.host, settings.relay.port) == ("mail.example", 2600)


@pytest.mark.parametrize(
    ("variable", "said"),
    [
        ("TRIAGE_RELAY_HOST", "TRIAGE_RELAY__HOST"),
        ("triage_smtp_listen_tls", "TRIAGE_SMTP__LISTEN_TLS"),
        ("TRIAGE_SMPT__LISTEN", "no table smpt"),
    ],
)
def test_a_variable_that_nearly_names_a_setting_is_refused(
    variable: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "mail.example")
    with pytest.raises(SettingsError, match=rf"^{variable} .*{said}"):
        load_settings(None)


@pytest.mark.parametrize("variable", ["TRIAGE_CONFIG", "TRIAGE_CRASH_AT", "TRIAGE_SERVICE_HOST", "TRIAGE_PORT_25_TCP"])
def test_variables_that_are_no_settings_are_left_alone(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, "x")
    load_settings(None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('mode = "stern"', ["mode", "'observe' or 'enforce'"]),
        ("colour = 1", ["colour", "no such field"]),
        ("[relay]\nprot = 25", ["relay.prot", "no such field"]),
        ("[relay]\nport = 0", ["relay.port", "over 0"]),
        ('[relay]\nport = "twenty"', ["relay.port", "expected a whole number", "got other text"]),
        ("[triage]\nchildren = 0", ["triage.children", "at least 1"]),
        ("[triage]\nchildren = 65", ["triage.children", "at most 64"]),
        ("[store]\npath = 5", ["store.path"]),
        ("[scan.stated_recall]\nself_harn = 0.9", ["scan.stated_recall", "self_harn", "self_harm", "rights"]),
        ("[scan.stated_recall]\nrights = 1.0", ["scan.stated_recall", "rights", "0.5 to 0.99"]),
        ('[calls]\ntimezone = "Mars/Base"', ["calls.timezone", "Europe/London"]),
        ('[calls]\ntimezone = "../etc"', ["calls.timezone", "Europe/London"]),
        ('[calls]\nformat = "abacus"', ["calls.format", "'asterisk' or 'generic'"]),
        ('[smtp]\nlisten = ["nowhere"]', ["smtp.listen", "expected host:port"]),
        ("smtp = 5", ["smtp", "a group of fields"]),
        ("[relay]\nport = 0\nhostname = 5", ["relay.port", "relay.hostname"]),
        ("mode = ]", ["not a TOML file", "line 1"]),
        (b'mode = "\xff"', ["not UTF-8"]),
    ],
)
def test_a_fault_names_file_setting_and_what_was_expected(
    tmp_path: Path, text: str | bytes, expected: list[str]
) -> None:
    with pytest.raises(SettingsError) as caught:
        load(tmp_path, text)
    message = str(caught.value)
    assert "\n" not in message
    for part in ["gateway.toml", *expected]:
        assert part in message


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no settings file at"):
        load_settings(tmp_path / "none.toml")
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings(tmp_path)


def test_a_fault_in_the_environment_names_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIAGE_RELAY__PORT", "many")
    with pytest.raises(SettingsError, match=r"TRIAGE_RELAY__PORT \(in the environment\): expected a whole number"):
        load_settings(None)


@pytest.mark.parametrize("name", ["TRIAGE_SMTP", "TRIAGE_SMTP__LISTEN"])
def test_a_list_in_the_environment_that_is_no_json_is_explained(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "127.0.0.1:2525")
    with pytest.raises(SettingsError):
        load_settings(None)


@pytest.mark.parametrize(
    ("listen", "host", "loops"),
    [
        ("127.0.0.1:2525", "127.0.0.1", True),
        ("127.0.0.1:2525", "localhost", True),
        ("localhost:2525", "::1", True),
        ("127.0.0.1:2526", "127.0.0.1", False),
        ("127.0.0.1:2525", "mail.example", False),
    ],
)
def test_a_relay_to_ourselves_is_refused(tmp_path: Path, listen: str, host: str, loops: bool) -> None:
    text = f'[smtp]\nlisten = ["{listen}"]\n[relay]\nhost = "{host}"\nport = 2525\n'
    if loops:
        with pytest.raises(SettingsError, match="mail would loop"):
            load(tmp_path, text)
    else:
        assert load(tmp_path, text).relay.host == host


def test_listening_everywhere_covers_this_machine(tmp_path: Path) -> None:
    text = (
        '[smtp]\nlisten = ["0.0.0.0:2525"]\nallowed_networks = ["10.0.0.0/8"]\nrecipient_domains = ["council.example"]\n'
        '[relay]\nhost = "localhost"\nport = 2525\n'
    )
    with pytest.raises(SettingsError, match="mail would loop"):
        load(tmp_path, text)


def test_links_lead_to_where_it_listens_unless_said_otherwise(tmp_path: Path) -> None:
    assert load_settings(None).http.links_begin == "http://127.0.0.1:8025"
    assert load(tmp_path, '[http]\nlisten = "127.0.0.1:3527"\n').http.links_begin == "http://127.0.0.1:3527"
    public = '[http]\nlisten = "127.0.0.1:3527"\npublic_url = "https://gw.example"\n'
    assert load(tmp_path, public).http.links_begin == "https://gw.example"


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_call_format_can_be_set(name: str) -> None:
    assert CallsSettings.model_validate({"format": name}).format == name

"""Settings: where they come from, and what a person is told about a wrong one."""

import os
from pathlib import Path

import pytest

from bot.rewards import DEFAULT_REWARDS
from bot.settings import Settings, load_settings, variable
from bot.settings_words import markdown, unknown_settings
from models.errors import SettingsError
from models.markets import MARKETS

DOCS = Path(__file__).parents[1] / "docs/configuration.md"


@pytest.fixture(autouse=True)
def clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting from the developer's machine."""
    for name in list(os.environ):
        if name.startswith(("COPYDESK_", "SLACK_", "OPENAI_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def refused(**environment: str) -> str:
    """What is said about these variables."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        with pytest.raises(SettingsError) as error:
            load_settings()
    assert error.value.remedy
    return str(error.value)


def test_documentation_is_what_the_settings_are() -> None:
    """docs/configuration.md lists every setting as it is; `make docs` regenerates it."""
    assert DOCS.read_text(encoding="utf-8") == markdown()


def test_every_setting_is_documented_in_a_sentence() -> None:
    """Nobody has to read code to know what a setting does."""
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert field.description.endswith("."), name
        assert f"`{variable(name)}`" in markdown()


def test_markets_and_sectors_are_lists_however_they_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """A comma, a space or a TOML list: a team's markets are never lost to the way they were typed."""
    Path("copydesk.toml").write_text('markets = ["US", "uk"]\nsectors = "food; alcohol"\n', encoding="utf-8")
    assert (load_settings().markets, load_settings().sectors) == (("us", "uk"), ("food", "alcohol"))
    monkeypatch.setenv("COPYDESK_MARKETS", "eu, cn cn")
    assert load_settings().markets == ("eu", "cn")
    assert "names “fr”" in refused(COPYDESK_MARKETS="us, fr")
    assert "is no folder" in refused(COPYDESK_CLAIM_RULES="nowhere")


def test_every_market_that_has_rules_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings do not load the rules, and still know every market in them."""
    monkeypatch.setenv("COPYDESK_MARKETS", ",".join(MARKETS))
    assert load_settings().markets == MARKETS


def test_nothing_has_to_be_set() -> None:
    """A fresh machine runs with the defaults: the local engine, Slack's own address."""
    settings = load_settings()
    assert settings.chosen_engine == "local"
    assert settings.slack_api_url == "https://slack.com/api/"
    assert Path(settings.database).name == "copydesk.db"
    assert settings.jobs_file.name == "copydesk-jobs.db"


def test_environment_beats_dotenv_beats_toml(monkeypatch: pytest.MonkeyPatch) -> None:
    """The source that is easiest to change for one run wins."""
    Path("copydesk.toml").write_text('port = 1\nmodel = "toml"\nhost = "toml"\n', encoding="utf-8")
    Path(".env").write_text("COPYDESK_PORT=2\nCOPYDESK_MODEL=dotenv\n", encoding="utf-8")
    monkeypatch.setenv("COPYDESK_PORT", "3")
    settings = load_settings()
    assert (settings.port, settings.model, settings.host) == (3, "dotenv", "toml")


def test_toml_takes_secrets_and_tables_by_field_name() -> None:
    """The file's names are the documented ones."""
    Path("copydesk.toml").write_text(
        'slack_bot_token = "xoxb-1-2"\nopenai_base_url = "http://x/v1"\n[rewards]\n"+1" = 0.5\n',
        encoding="utf-8",
    )
    settings = load_settings()
    assert settings.slack_bot_token
    assert settings.slack_bot_token.get_secret_value() == "xoxb-1-2"
    assert settings.chosen_engine == "openai"
    assert settings.rewards == {"+1": 0.5}


def test_empty_value_counts_as_not_set() -> None:
    """A template .env with empty lines changes nothing."""
    Path(".env").write_text("OPENAI_API_KEY=\nCOPYDESK_PORT=\nCOPYDESK_REWARDS=\n", encoding="utf-8")
    settings = load_settings()
    assert settings.chosen_engine == "local"
    assert settings.port == 3000
    assert settings.rewards == DEFAULT_REWARDS


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("COPYDESK_PORT", "abc", "COPYDESK_PORT “abc” is no whole number."),
        ("COPYDESK_PORT", "70000", "COPYDESK_PORT “70000” is more than 65,535."),
        ("COPYDESK_TEMPERATURE", "-1", "is less than 0"),
        ("COPYDESK_TIMEOUT", "soon", "is no number"),
        ("COPYDESK_TIMEOUT", "nan", "COPYDESK_TIMEOUT “nan”"),
        ("COPYDESK_ENGINE", "gpt", "is none of 'auto', 'local' or 'openai'"),
        ("COPYDESK_REWARDS", "+1=2", "COPYDESK_REWARDS (+1) “2” is more than 1"),
        ("COPYDESK_REWARDS", "+1", "no name=number"),
        ("COPYDESK_REWARDS", "{", "not"),
        ("OPENAI_BASE_URL", "localhost:80", "no http:// or https:// address"),
        ("SLACK_API_URL", "ftp://slack.com", "no http:// or https:// address"),
        ("COPYDESK_TEMPLATES", "/no/such/folder", "is no folder"),
        ("COPYDESK_DATABASE", " ", "is empty"),
    ],
)
def test_wrong_value_is_named_with_its_problem(name: str, value: str, said: str) -> None:
    """One sentence says which variable, which value, what is wrong; another what to do."""
    message = refused(**{name: value})
    assert message.startswith(name)
    assert said in message


def test_swapped_tokens_are_told_apart() -> None:
    """The commonest mistake, the app token in the bot token's place, is named."""
    message = refused(SLACK_BOT_TOKEN="xapp-1-A0-very-secret")
    assert "does not begin with xoxb-; it begins with xapp-" in message
    assert "xapp-…" not in refused(SLACK_BOT_TOKEN="something").split(".")[0]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SLACK_BOT_TOKEN", "xapp-1-very-secret"),
        ("SLACK_APP_TOKEN", "very-secret"),
        ("SLACK_SIGNING_SECRET", "very secret"),
        ("OPENAI_API_KEY", "very secret"),
        ("OPENAI_BASE_URL", "ftp://user:secret@host"),
    ],
)
def test_secret_is_never_in_an_error(name: str, value: str) -> None:
    """An error can be pasted into an issue."""
    assert "secret" not in refused(**{name: value}).replace("SECRET", "").partition(". ")[0]


def test_secrets_do_not_show_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does a printed or logged settings object tell them."""
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-very-secret")
    settings = load_settings()
    assert "very-secret" not in repr(settings) + str(settings.model_dump())
    assert settings.secrets == ("xoxb-very-secret",)


def test_broken_toml_is_told() -> None:
    """A file that cannot be read stops with its name, not with a traceback."""
    Path("copydesk.toml").write_text("port = = 1", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"copydesk\.toml cannot be read"):
        load_settings()


def test_unknown_settings_are_warned_about_with_the_nearest_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """A typing error does not go unnoticed."""
    Path("copydesk.toml").write_text('enigne = "local"\n', encoding="utf-8")
    Path(".env").write_text("COPYDESK_MODLE=x\nUNRELATED=1\n", encoding="utf-8")
    monkeypatch.setenv("COPYDESK_OPENAI_API_KEY", "x")
    assert unknown_settings() == [
        "COPYDESK_OPENAI_API_KEY is no setting; it is called OPENAI_API_KEY.",
        "COPYDESK_MODLE is no setting; did you mean COPYDESK_MODEL?",
        "enigne in copydesk.toml is no setting; did you mean engine?",
    ]


def test_reward_names_are_folded_to_what_slack_sends(monkeypatch: pytest.MonkeyPatch) -> None:
    """`:thumbsup:` in the settings counts, though Slack calls it +1."""
    monkeypatch.setenv("COPYDESK_REWARDS", ":thumbsup:=1, thumbsdown=-1, eyes=0.2")
    assert load_settings().rewards == {"+1": 1, "-1": -1, "eyes": 0.2}
    monkeypatch.setenv("COPYDESK_REWARDS", '{"+1": 0.5}')
    assert load_settings().rewards == {"+1": 0.5}

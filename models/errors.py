"""Every error a person can meet: what was wrong, and what to do next."""

from typing import ClassVar


class CopydeskError(Exception):
    """Base of the errors that are shown to people.

    Args:
        message: What was wrong and where, one sentence, without secrets.
        remedy: What the person can do next, one sentence; may be empty.
    """

    code: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 1
    retryable: ClassVar[bool] = False

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()

    def __reduce__(self) -> tuple[type["CopydeskError"], tuple[str, str]]:
        # Durable jobs store errors by pickling them.
        return (type(self), (self.message, self.remedy))


class BriefError(CopydeskError):
    """The brief cannot be understood or is out of range.

    Args:
        message: What was wrong.
        remedy: What to do next.
        field: The part of the brief at fault (`product`, `n`, `attributes`, …).
    """

    code = "bad_brief"
    exit_code = 2

    def __init__(self, message: str, remedy: str = "", field: str = "") -> None:
        super().__init__(message, remedy)
        self.field = field

    def __reduce__(self) -> tuple[type["BriefError"], tuple[str, str, str]]:  # type: ignore[override]
        return (type(self), (self.message, self.remedy, self.field))


class SettingsError(CopydeskError):
    """A setting is missing or wrong; the message names it."""

    code = "bad_settings"
    exit_code = 2


class TemplateError(CopydeskError):
    """A prompt template is missing, does not compile or does not render."""

    code = "bad_template"
    exit_code = 2


class EngineCannotServe(CopydeskError):
    """The engine works but cannot serve this brief (its language, its length, a refused prompt)."""

    code = "engine_cannot_serve"
    exit_code = 3


class ContextOverflow(EngineCannotServe):
    """The prompt and the copy asked for do not fit the model's context window."""

    code = "context_overflow"


class PromptRefused(EngineCannotServe):
    """The server's content policy refused the prompt."""

    code = "prompt_refused"


class EngineUnreachable(CopydeskError):
    """No usable answer came: network, time-out, server error or a cut stream."""

    code = "engine_unreachable"
    exit_code = 4
    retryable = True


class EngineBusy(EngineUnreachable):
    """The server keeps answering that its rate limit is reached."""

    code = "engine_busy"


class EngineAuthError(EngineUnreachable):
    """The API key is missing or refused."""

    code = "engine_auth"
    retryable = False


class EngineCreditError(EngineUnreachable):
    """The account behind the key has no credit left."""

    code = "engine_credit"
    retryable = False


class WeightsError(CopydeskError):
    """Model weights are missing, truncated or not the ones expected."""

    code = "weights"
    exit_code = 4


class SentimentUnavailable(CopydeskError):
    """The sentiment checkpoint cannot be loaded."""

    code = "sentiment_unavailable"


class HistoryError(CopydeskError):
    """The history database cannot be opened, read or written (locked, disk full, newer schema)."""

    code = "history"
    exit_code = 5
    retryable = True


class DeliveryError(CopydeskError):
    """Slack refused a message (not in the channel, missing scope, revoked token)."""

    code = "delivery"


class CorpusError(CopydeskError):
    """A file of the writer's corpus cannot be read; the message names the file, the line and what is wrong."""

"""What a person gave us that cannot be worked with, said in one sentence."""

import tomllib
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

Model = TypeVar("Model", bound=BaseModel)


class BadInput(ValueError):  # noqa: N818 - it names the input, not the program's failure
    """A file, key or argument from a person that stops the work before it begins.

    The message is one sentence that names the file and key and says what to do. The command line prints it
    and exits with 2.
    """


def read_toml(path: Path, model: type[Model]) -> Model:
    """Read a TOML file into a strict model.

    Raises BadInput, naming file and key, where the file is missing, is not TOML, or does not fit the model.
    """
    try:
        with path.open("rb") as file:
            table = tomllib.load(file)
    except FileNotFoundError as error:
        raise BadInput(f"{path}: there is no such file; check the path.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{path}: this is not valid TOML ({error}); mend that line.") from error
    try:
        return model.model_validate(table)
    except ValidationError as error:
        raise BadInput(f"{path}: {explain(error)}") from error


def explain(error: ValidationError) -> str:
    """Tell the first fault of a validation by its key, and how many more there are."""
    first, *others = error.errors(include_url=False)
    key = ".".join(str(part) for part in first["loc"]) or "(top level)"
    message = first["msg"].removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        message = "there is no such key; mend the spelling or remove it"
    elif first["type"] == "missing":
        message = "this key is required; add it"
    more = f" (and {len(others)} more)" if others else ""
    return f"key {key}: {message}{more}."

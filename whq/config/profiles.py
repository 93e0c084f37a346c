"""From a profile file to a Target: whq's own `profiles/NAME.yml`, else dbt's `profiles.yml`.

Only the chosen target is rendered, so a variable that another target needs may be missing.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from whq.config.files import profile_names
from whq.config.problems import in_order, in_words, problem, shown
from whq.config.render import Rendering, looks_secret
from whq.config.spec import Project, Target
from whq.config.validate import Reader
from whq.config.yaml_events import outlined
from whq.config.yaml_source import KeyPath, read
from whq.errors import ConfigError, Location, did_you_mean
from whq.values import Written, place_of


def load_target(
    project: Project, profile: str | None = None, target: str | None = None, environ: Mapping[str, str] | None = None
) -> Target:
    """The connection of a profile. Raises ConfigError when it is not there or not complete."""
    environ = os.environ if environ is None else environ
    name = profile or project.profile
    if not name:
        names = profile_names(project.root)
        hint = f"add profile: to whq.yml; profiles/ holds {', '.join(names)}" if names else _HINT
        raise ConfigError(problem("C040", "no profile is named", Location("whq.yml"), hint))
    chosen = _own(project.root, name) or _dbt(project, name, environ)
    if chosen is None:
        raise _unknown_profile(project, name, environ)
    return _target(project, chosen, name, target or project.target, environ)


_TARGETS = "{targets: {dev: {type: postgres, host: …, user: …, dbname: …, password: \"{{ env_var('PGPASSWORD') }}\"}}}"
_HINT = "write profiles/local.yml: {default: dev, targets: {dev: {type: duckdb, path: my.duckdb}}}"


class _Profile(Struct, frozen=True):
    """A profile as it stands in a file: its targets, and which is the default."""

    reader: Reader
    path: Path
    base: KeyPath
    targets: KeyPath
    default: str
    own: bool

    def inside(self, path: KeyPath) -> Any:
        """The value at a path of the file, or None."""
        value = self.reader.document.value
        for step in path:
            value = value.get(step) if isinstance(value, dict) else None
        return value


# --- finding a profile --------------------------------------------------------------------------------------


def _own(root: Path, name: str) -> _Profile | None:
    for ending in ("yml", "yaml"):
        path = root / "profiles" / f"{name}.{ending}"
        if name in profile_names(root) and path.is_file():
            profile = _opened(path, f"profiles/{name}.{ending}", (), "targets", "default", is_own=True)
            _refuse_keys(profile)
            return profile
    return None


def _refuse_keys(profile: _Profile) -> None:
    value = profile.inside(())
    if isinstance(value, dict):
        for key in value:
            if key not in ("default", "targets"):
                profile.reader.unknown_key(key, (), ("default", "targets"))


def _dbt_file(project: Project, environ: Mapping[str, str]) -> Path | None:
    """dbt's own search order: DBT_PROFILES_DIR, the project's folder and that of the dbt project, ~/.dbt."""
    if environ.get("DBT_PROFILES_DIR"):
        folder = Path(environ["DBT_PROFILES_DIR"]).expanduser()
        return folder / "profiles.yml" if (folder / "profiles.yml").is_file() else None
    home = Path(environ["HOME"]) if environ.get("HOME") else Path.home()
    folders = (project.root, *([project.dbt] if project.dbt else []), home / ".dbt")
    return next((path for folder in folders if (path := folder / "profiles.yml").is_file()), None)


def _dbt(project: Project, name: str, environ: Mapping[str, str]) -> _Profile | None:
    path = _dbt_file(project, environ)
    if path is None:
        return None
    shown_path = "profiles.yml" if path.parent == project.root else f"{path.parent.name}/profiles.yml"
    profile = _opened(path, shown_path, (name,), "outputs", "target", is_own=False)
    return profile if profile.inside((name,)) is not None else None


def _opened(path: Path, name: str, base: KeyPath, targets: str, default: str, *, is_own: bool) -> _Profile:
    document = read(path, name, outlined)
    reader = Reader(document, list(document.problems))
    return _Profile(reader, path, base, (*base, targets), default, is_own)


def _unknown_profile(project: Project, name: str, environ: Mapping[str, str]) -> ConfigError:
    names = profile_names(project.root)
    path = _dbt_file(project, environ)
    if path is not None:
        value = read(path, path.name).value
        names += [key for key in value if key != "config"] if isinstance(value, dict) else []
    hint = did_you_mean(name, names) if names else f"write profiles/{shown(name)}.yml: {_TARGETS}"
    searched = f"profiles/{name}.yml, " + ("dbt's profiles.yml" if path is None else f"{path.parent.name}/profiles.yml")
    message = f'no profile "{shown(name)}" in {searched}'
    return ConfigError(problem("C040", message, place_of(name), hint))


# --- reading the chosen target ------------------------------------------------------------------------------


class _Fields(Struct):
    """Renders the fields of a target; collects warnings, and which values come from which variables."""

    profile: _Profile
    rendering: Rendering
    variables: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def value(self, value: Any, path: KeyPath, secret: bool) -> Any:
        """A field's value, rendered; below a secret key everything is secret."""
        if isinstance(value, dict):
            return {
                key if isinstance(key, str) else str(key): self.value(
                    item, (*path, str(key)), secret or looks_secret(key)
                )
                for key, item in value.items()
            }
        if isinstance(value, list):
            return [self.value(item, (*path, index), secret) for index, item in enumerate(value)]
        place = self.profile.reader.at(path)
        if not isinstance(value, str):
            if secret:
                self._keep_secret(value, value, path)
            return value
        rendered = self.rendering.text(value, place)
        read = self.rendering.read
        if secret:
            self._keep_secret(rendered, value, path)
            for held in read.values():
                self.rendering.hide(held)
        elif read:
            self.variables[str(rendered)] = " and ".join(f"${name}" for name in read)
        return Written(rendered, place) if isinstance(rendered, str) else rendered

    def _keep_secret(self, rendered: Any, written: Any, path: KeyPath) -> None:
        """Hide the value of a field that holds a credential, and warn where the file itself shows it."""
        self.rendering.hide(rendered)
        if rendered == written and rendered not in (None, "", True, False):
            hint = f"write {path[-1]}: \"{{{{ env_var('NAME') }}}}\""
            place = self.profile.reader.at(path)
            self.warnings.append(f"{place}: the {path[-1]} stands in the file in clear; {hint}")


def _target(project: Project, profile: _Profile, name: str, target: str | None, environ: Mapping[str, str]) -> Target:
    rendering = Rendering(environ)
    chosen = target or _default(profile, rendering)
    read = {} if target else rendering.read
    targets = profile.inside(profile.targets)
    reader = profile.reader
    if not isinstance(targets, dict) or not targets:
        where = reader.key(profile.targets)
        reader.refuse("C012", f"no {profile.targets[-1]} in the profile {shown(name)}", where, _HINT)
        raise ConfigError(in_order(reader.problems))
    if chosen not in targets:
        where = place_of(target or "") or reader.at((*profile.base, profile.default))
        named = f"as {' and '.join(f'${name}' for name in read)} names it" if read else f'"{shown(chosen)}"'
        message = f"no target {named} in {reader.document.file}"
        reader.refuse("C041", message, where, did_you_mean(chosen, map(str, targets)))
        raise ConfigError(in_order(reader.problems))
    return _rendered(project, profile, name, chosen, rendering)


def _default(profile: _Profile, rendering: Rendering) -> str:
    path = (*profile.base, profile.default)
    written = profile.inside(path)
    if isinstance(written, str):
        return str(rendering.text(written, profile.reader.at(path)))
    targets = profile.inside(profile.targets)
    if isinstance(targets, dict) and len(targets) == 1:
        return str(next(iter(targets)))
    return "default"


def _rendered(project: Project, profile: _Profile, name: str, chosen: str, rendering: Rendering) -> Target:
    path = (*profile.targets, chosen)
    fields = _Fields(profile, rendering)
    reader, written = profile.reader, profile.inside(path)
    if not isinstance(written, dict):
        reader.refuse("C011", f"expected the fields of a target, found {in_words(written)}", reader.at(path), _HINT)
        raise ConfigError(in_order(reader.problems))
    values = fields.value(written, path, secret=False)
    kind = values.pop("type", None)
    if not isinstance(kind, str) or not kind:
        reader.refuse("C012", f'target {shown(chosen)} has no "type"', reader.key(path), "e.g. type: duckdb")
    _check_port(reader, values, path, fields.variables)
    if fields.warnings and profile.path.stat().st_mode & stat.S_IROTH:
        fields.warnings.append(f"{reader.document.file} holds secrets and is readable by everyone on this machine")
    problems = [*reader.problems, *rendering.problems]
    if problems:
        raise ConfigError(in_order(problems))
    root = project.root if profile.own else project.dbt or _dbt_root(project.root)
    warnings = tuple(fields.warnings)
    return Target(chosen, kind, values, root, tuple(rendering.secrets), name, warnings, fields.variables)


def _dbt_root(root: Path) -> Path:
    """Where dbt's relative paths begin: the nearest folder above that is a dbt project, else ours."""
    return next((folder for folder in (root, *root.parents) if (folder / "dbt_project.yml").is_file()), root)


def _check_port(reader: Reader, values: dict[str, Any], path: KeyPath, variables: Mapping[str, str]) -> None:
    port = values.get("port")
    told = variables.get(str(port)) or in_words(port)
    if isinstance(port, str) and port.isascii() and port.isdigit():
        port = values["port"] = int(port)
    good = isinstance(port, int) and not isinstance(port, bool) and 0 < port < 65536
    if port not in (None, "") and not good:
        reader.refuse("C044", f"port: {told} is no port", reader.at((*path, "port")), "a port is 1 to 65535")

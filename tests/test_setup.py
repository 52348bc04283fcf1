"""Does script/setup make itself at home on the machines that a newcomer has, and do nothing twice?

The script runs in a folder of its own, where every program that it asks of the machine is a stand-in: the
tests say which Pythons, packages and fonts there are, and read from a journal what was called.
"""

import fcntl
import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.unmeasured("reads the source and runs little of it")

ROOT = Path(__file__).resolve().parent.parent
# What any system with a shell has; linked one by one, so that nothing else of this machine is found.
BASICS = (
    *(
        "sh",
        "cat",
        "chmod",
        "cp",
        "cut",
        "dirname",
        "env",
        "find",
        "flock",
        "grep",
        "ln",
        "mkdir",
        "mktemp",
        "rm",
        "sed",
    ),
    *("sha256sum", "tar", "tr"),
)

PYTHON = """#!/bin/sh
echo "python{version} $*" >>"$JOURNAL"
case "$*" in
    --version) echo "Python {version}.1" ;;
    *"%d.%d"*) echo {version} ;;
    *secrets*) echo a-key ;;
    *ensurepip*) exit {no_ensurepip} ;;
    "-m venv --clear .venv") rm -rf .venv && mkdir -p .venv/bin && ln -s "$0" .venv/bin/python ;;
esac
"""
APT_CACHE = """#!/bin/sh
[ -f "$WORLD/packages/$2" ] && echo "Package: $2"
"""
APT_GET = """#!/bin/sh
echo "apt-get $*" >>"$JOURNAL"
case "$1" in
    install) for name; do [ ! -f "$WORLD/packages/$name" ] || sh "$WORLD/packages/$name"; done ;;
    download) : >texlive-lang-chinese.deb ;;
esac
"""
# The packages of Debian 12, with what each brings to the machine.
DEBIAN = {
    "gettext": "",
    "libpango-1.0-0": "echo 'libpango-1.0.so.0' >>$WORLD/libraries",
    "libpangoft2-1.0-0": "echo 'libpangoft2-1.0.so.0' >>$WORLD/libraries",
    "libharfbuzz-subset0": "echo 'libharfbuzz-subset.so.0' >>$WORLD/libraries",
    "fontconfig": "",
    "fonts-noto-cjk": "echo 'Noto Serif CJK SC' >>$WORLD/fonts",
    "fonts-lxgw-wenkai": "echo 'LXGW WenKai' >>$WORLD/fonts",
    "texlive-lang-chinese": "",
}


class Machine:
    """A small machine: programs in bin, packages that can be had, libraries and fonts that are there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.checkout = folder / "checkout"
        self.journal = folder / "journal"
        for name in ("bin", "packages"):
            (folder / name).mkdir(parents=True)
        for name in ("libraries", "fonts", "journal"):
            (folder / name).touch()
        for basic in BASICS:
            (folder / "bin" / basic).symlink_to(shutil.which(basic) or basic)
        self.program("id", "#!/bin/sh\necho 0\n")
        self.program("ldconfig", '#!/bin/sh\ncat "$WORLD/libraries"\n')
        self.program("fc-list", '#!/bin/sh\ncat "$WORLD/fonts"\n')
        for name in ("fc-cache", "msgfmt"):
            self.program(name, "#!/bin/sh\n")
        shutil.copytree(ROOT / "script", self.checkout / "script")
        shutil.copytree(ROOT / "requirements", self.checkout / "requirements")

    def program(self, name: str, text: str) -> None:
        path = self.folder / "bin" / name
        path.write_text(text)
        path.chmod(0o755)

    def python(self, name: str, version: str, *, ensurepip: bool = True) -> None:
        self.program(name, PYTHON.format(version=version, no_ensurepip=int(not ensurepip)))

    def packages(self, names: dict[str, str]) -> None:
        """Gives the machine apt, and these packages to be had by it."""
        self.program("apt-get", APT_GET)
        self.program("apt-cache", APT_CACHE)
        self.program("dpkg-deb", "#!/bin/sh\n")
        for name, brings in names.items():
            (self.folder / "packages" / name).write_text(brings + "\n")

    def complete(self) -> None:
        """As a machine is on which the set-up has run before."""
        (self.folder / "libraries").write_text(
            "libpango-1.0.so.0\nlibpangoft2-1.0.so.0\nlibharfbuzz-subset.so.0\n"
        )
        (self.folder / "fonts").write_text("Noto Serif CJK SC\nLXGW WenKai\nFandolFang\n")

    def set_up(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Runs script/setup and forgets what was called before."""
        with self.setting_up(*arguments, **environment) as running:
            said, complained = running.communicate()
        return subprocess.CompletedProcess(running.args, running.returncode, said, complained)

    def setting_up(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """The same, while it runs."""
        self.journal.write_text("")
        return subprocess.Popen(
            [self.folder / "bin" / "sh", self.checkout / "script" / "setup", *arguments],
            env={
                "PATH": str(self.folder / "bin"),
                "WORLD": str(self.folder),
                "JOURNAL": str(self.journal),
                "HOME": str(self.folder),
                **environment,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def called(self, beginning: str) -> list[str]:
        return [line for line in self.journal.read_text().splitlines() if line.startswith(beginning)]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.fixture
def whole(machine: Machine) -> Machine:
    """Lacks nothing but .venv."""
    machine.complete()
    machine.python("python3", "3.11")
    return machine


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13", "3.14", "3.15"])
def test_setup_takes_python_from_3_11_on(machine: Machine, version: str) -> None:
    machine.complete()
    machine.python("python3", version)
    done = machine.set_up()
    assert (done.returncode, done.stderr) == (0, "")
    assert f"making .venv with Python {version}.1" in done.stdout
    assert machine.called(f"python{version} -m pip install --quiet --no-input --require-hashes")


def test_setup_passes_over_a_python_that_is_too_old(machine: Machine) -> None:
    machine.complete()
    machine.python("python3", "3.9")
    machine.python("python3.12", "3.12")
    machine.python("python3.13", "3.13")
    assert "making .venv with Python 3.13.1" in machine.set_up().stdout


def test_setup_takes_the_python_that_is_named(whole: Machine) -> None:
    whole.python("python3.12", "3.12")
    assert "making .venv with Python 3.11.1" in whole.set_up().stdout
    assert "making .venv with Python 3.12.1" in whole.set_up(PYTHON="python3.12").stdout
    assert "making .venv" not in whole.set_up(PYTHON="python3.12").stdout


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("", "Python 3.11 or newer was not found"),
        ("python3.9", "PYTHON=python3.9 is no Python 3.11 or newer"),
        ("no-such-python", "PYTHON=no-such-python is no Python 3.11 or newer"),
    ],
)
def test_setup_without_a_python_says_so_in_one_line(machine: Machine, named: str, said: str) -> None:
    machine.complete()
    machine.python("python3.9", "3.9")
    done = machine.set_up(PYTHON=named)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert "Python 3.11 或更新" in line
    assert said in line


def test_setup_a_second_time_does_nothing(whole: Machine) -> None:
    whole.packages(DEBIAN)
    whole.set_up()
    done = whole.set_up()
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert not whole.called("apt-get")
    assert not whole.called("python3.11 -m")


def test_setup_waits_for_another_window_that_sets_up(whole: Machine) -> None:
    (whole.checkout / "var").mkdir()
    with (whole.checkout / "var" / "setup-lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with whole.setting_up() as waiting:
            assert waiting.stdout
            assert "another window is setting up" in waiting.stdout.readline()
            assert not whole.called("python3.11 -m")
            fcntl.flock(held, fcntl.LOCK_UN)
            waiting.communicate()
    assert waiting.returncode == 0
    assert whole.called("python3.11 -m")


def test_setup_makes_venv_again_when_its_python_is_gone(whole: Machine) -> None:
    whole.set_up()
    (whole.folder / "bin" / "python3").unlink()
    whole.python("python3.13", "3.13")
    done = whole.set_up()
    assert done.returncode == 0
    assert "making .venv with Python 3.13.1" in done.stdout
    assert whole.called("python3.13 -m pip install")


def test_setup_makes_venv_again_when_its_python_is_too_old(whole: Machine) -> None:
    (whole.checkout / ".venv" / "bin").mkdir(parents=True)
    whole.python("python3.9", "3.9")
    (whole.checkout / ".venv" / "bin" / "python").symlink_to(whole.folder / "bin" / "python3.9")
    assert "making .venv with Python 3.11.1" in whole.set_up().stdout


def test_setup_installs_what_debian_has(machine: Machine) -> None:
    machine.python("python3", "3.11")
    machine.packages(DEBIAN)
    done = machine.set_up()
    assert (done.returncode, done.stderr) == (0, "")
    (install,) = machine.called("apt-get install")
    assert install.split()[-5:] == [
        "libpango-1.0-0",
        "libpangoft2-1.0-0",
        "libharfbuzz-subset0",
        "fonts-noto-cjk",
        "fonts-lxgw-wenkai",
    ]
    assert machine.called("apt-get update") == ["apt-get update -qq"]
    kept = {path.name for path in (machine.checkout / "var").iterdir()}
    assert kept == {"secret_key", "setup-lock", "without-fandol"}


def test_setup_looks_package_names_up(machine: Machine) -> None:
    """A release that has renamed a library for 64-bit times has it under the new name only."""
    machine.python("python3", "3.12")
    renamed = {f"{name}t64" if name.startswith("lib") else name: brings for name, brings in DEBIAN.items()}
    machine.packages(renamed)
    machine.set_up()
    (install,) = machine.called("apt-get install")
    assert "libpango-1.0-0t64 libpangoft2-1.0-0t64 libharfbuzz-subset0t64" in install


@pytest.mark.parametrize("version", ["3.11", "3.13"])
def test_setup_brings_the_venv_package_of_the_python_that_is_there(machine: Machine, version: str) -> None:
    machine.complete()
    machine.python("python3", version, ensurepip=False)
    machine.packages(DEBIAN | {f"python{version}-venv": "", "python3-venv": ""})
    machine.set_up()
    (install,) = machine.called("apt-get install")
    assert install.split()[-1] == f"python{version}-venv"


def test_setup_brings_the_newest_python_of_the_release(machine: Machine) -> None:
    machine.complete()
    machine.packages(DEBIAN | {"python3.12-venv": "", "python3.11-venv": ""})
    machine.set_up()
    (install,) = machine.called("apt-get install")
    assert install.split()[-1] == "python3.12-venv"


def test_setup_says_what_a_release_has_no_package_for_and_goes_on(machine: Machine) -> None:
    machine.python("python3", "3.12")
    machine.packages({name: brings for name, brings in DEBIAN.items() if name != "fonts-lxgw-wenkai"})
    first = machine.set_up()
    assert first.returncode == 0
    assert "this release has no package for: fonts-lxgw-wenkai\n" in first.stdout

    second = machine.set_up()
    assert second.returncode == 0
    assert not machine.called("apt-get")
    assert "fonts-lxgw-wenkai (to look again, delete var/unavailable-packages)" in second.stdout


def test_setup_looks_again_when_the_network_was_away(machine: Machine) -> None:
    machine.python("python3", "3.12")
    machine.packages(DEBIAN)
    machine.program("apt-get", '#!/bin/sh\necho "apt-get $*" >>"$JOURNAL"\nexit 100\n')
    first = machine.set_up(FANDOL="0")
    assert first.returncode == 0
    assert "going on with what works" in first.stdout
    machine.set_up(FANDOL="0")
    assert machine.called("apt-get install")


@pytest.mark.parametrize("there", [True, False], ids=["a package without Fandol", "no package"])
def test_setup_without_fandol_says_so_and_goes_on(whole: Machine, there: bool) -> None:
    (whole.folder / "fonts").write_text("Noto Serif CJK SC\nLXGW WenKai\n")
    whole.packages({name: text for name, text in DEBIAN.items() if there or name != "texlive-lang-chinese"})
    for fetched in (["apt-get download -qq texlive-lang-chinese"] if there else [], []):
        done = whole.set_up()
        assert (done.returncode, done.stderr) == (0, "")
        assert "no package of this release holds the Fandol fonts" in done.stdout
        assert whole.called("apt-get download") == fetched


def test_setup_on_a_system_without_apt_names_what_is_missing(machine: Machine) -> None:
    machine.python("python3", "3.12")
    done = machine.set_up()
    assert done.returncode == 0
    assert "missing (Debian's names): libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0" in done.stdout


def test_setup_by_somebody_who_is_not_root_prints_the_command(machine: Machine) -> None:
    machine.python("python3", "3.12")
    machine.packages(DEBIAN)
    machine.program("id", "#!/bin/sh\necho 1000\n")
    done = machine.set_up(FANDOL="0")
    assert done.returncode == 0
    assert (
        "  sudo apt-get update && sudo apt-get install -y --no-install-recommends libpango-1.0-0"
        in done.stdout
    )
    assert not machine.called("apt-get")


def test_setup_speaks_both_languages(machine: Machine) -> None:
    machine.python("python3", "3.12")
    machine.packages(DEBIAN)
    said = [line for line in machine.set_up().stdout.splitlines() if line.startswith("setup: ")]
    assert len(said) > 4
    for line in said:
        chinese, english = line.removeprefix("setup: ").split(" · ")
        assert any("一" <= character <= "鿿" for character in chinese)
        assert english.split(" /")[0].replace("’", "'").isascii()


@pytest.mark.parametrize(("argument", "status"), [("--help", 0), ("everything", 2)])
def test_setup_explains_itself(machine: Machine, argument: str, status: int) -> None:
    done = machine.set_up(argument)
    assert done.returncode == status
    assert "script/setup" in done.stdout + done.stderr
    assert not (machine.checkout / "var").exists()

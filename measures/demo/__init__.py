"""The demonstration: invented people and six quarters of invented progress, done by the real acts."""

from measures.demo.people import PASSWORD, make_people
from measures.demo.play import play
from measures.demo.script import Script, read_script

__all__ = ["PASSWORD", "Script", "make_people", "play", "read_script"]

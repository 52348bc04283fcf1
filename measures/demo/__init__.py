"""What is the demonstration? Invented people and six quarters of invented progress, done by the real acts."""

from measures.demo.data import DemoData, read_demo_data
from measures.demo.people import PASSWORD, make_people
from measures.demo.simulation import simulate

__all__ = ["PASSWORD", "DemoData", "make_people", "read_demo_data", "simulate"]

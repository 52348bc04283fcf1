"""What is the demonstration? Invented people and invented progress of two policies, done by the real acts."""

from measures.demo.data import DEMO_DATE, DemoData, read_demo_data
from measures.demo.people import PASSWORD, make_people
from measures.demo.simulation import simulate

__all__ = ["DEMO_DATE", "PASSWORD", "DemoData", "make_people", "read_demo_data", "simulate"]

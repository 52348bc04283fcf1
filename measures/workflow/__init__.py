"""When may what be done? A module for each thing acted on: its table of transitions, a function an act.

Every act is atomic: lock the row, check state, version and person again, write, append one Event.
Views, admin, imports and commands come through here; nobody else sets a state.
"""

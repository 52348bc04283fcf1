"""When: one module for each thing that acts are done to, with its transition table and one function an act.

Every act is atomic: lock the row, check state, version and person again, write, append one Event.
Views, admin, imports and commands come through here; nobody else sets a state.
"""

"""What a page shows, and where what was typed is kept: presenters between the domain and the views.

They read and put into words; views load, ask for permission, call the domain and render.
"""

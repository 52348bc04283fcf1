"""What does a page show, and where is kept what was typed? Presenters between the domain and the views.

They read and put into words; views load, ask for permission, call the domain and render.
"""

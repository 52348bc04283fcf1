"""How does a template draw a chart in each of its rows? light_strip, light_counts, progress_bar."""

from django import template

from measures import charts

register = template.Library()
register.simple_tag(charts.light_strip)
register.simple_tag(charts.light_counts)
register.simple_tag(charts.progress_bar)

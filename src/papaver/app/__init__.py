"""The explorer in the browser: a body, a life, a cohort. Runs on this machine alone and loads nothing.

``papaver app`` starts it (extra ``app``).
"""

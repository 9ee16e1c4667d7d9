"""Simulated counterparts of published findings, the rules they are judged by, and the page that tells."""

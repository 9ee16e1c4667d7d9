"""One life, days to years: set and setting, adaptation, withdrawal, behaviour, course, care."""

"""One body, seconds to days: kinetics, the mu receptor, breathing, overdose."""

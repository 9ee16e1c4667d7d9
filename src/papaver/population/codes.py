"""The words of the result tables, in the order of their integer codes (append only)."""

from __future__ import annotations

STATUS = (
    "never",
    "occasional",
    "controlled",
    "dependent",
    "in_treatment",
    "residential",
    "abstinent",
    "dead_overdose",
    "dead_other",
    "custody",
    "hospital",
)
PROGRAMME = (
    "none",
    "detoxification",
    "methadone",
    "buprenorphine",
    "naltrexone",
    "buprenorphine_depot",
    "heroin_assisted",
    "residential_care",
    "prescribed_opioids",
    "slow_release_morphine",
    "naltrexone_tablets",
)
EVENTS = (
    "disorder_onset",
    "dependence_onset",
    "remission",
    "relapse",
    "stop_attempt",
    "treatment_start",
    "treatment_end",
    "overdose_nonfatal",
    "overdose_fatal",
    "death_other",
    "use_days",
    "doses",
    "injections",
    "incentive_days",
    "counselling_days",
)
SYMPTOMS = (
    "cows_5",
    "cows_13",
    "nausea_vomiting",
    "insomnia",
    "agitation",
    "diarrhoea",
    "sweating",
    "anxiety",
    "muscle_aches",
)
OUTCOMES = (
    "ever_disorder",
    "ever_dependent",
    "dependent_at_end",
    "abstinent_at_end",
    "occasional_or_controlled_at_end",
    "in_treatment_at_end",
    "dead_overdose",
    "dead_other",
    "ever_treated",
    "ever_used",
)
# Whole numbers per person over the horizon; sums and sums of squares are kept.
MOMENTS = (
    "days_dependent",
    "days_in_treatment",
    "days_with_withdrawal",
    "use_days",
    "overdoses",
    "days_alive",
)

(
    EV_DISORDER,
    EV_DEPENDENCE,
    EV_REMISSION,
    EV_RELAPSE,
    EV_ATTEMPT,
    EV_TREATMENT_START,
    EV_TREATMENT_END,
    EV_NONFATAL,
    EV_FATAL,
    EV_OTHER_DEATH,
    EV_USE_DAYS,
    EV_DOSES,
    EV_INJECTIONS,
    EV_INCENTIVE_DAYS,
    EV_COUNSELLING_DAYS,
) = range(15)

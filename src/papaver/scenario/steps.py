"""Steps of a plan: what a person or a service does, and when it begins."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from papaver.scenario.fields import Model, field, share


class Timing(Model):
    """When a step begins, and for which share of the people."""

    when: Literal["start", "dependent", "day", "left_care"] = field(
        "start: on the first day; dependent: `delay_days` after dependence begins; day: on day `day`; "
        "left_care: `delay_days` after a stay in treatment has ended.",
        example="dependent",
    )
    delay_days: int = field(
        "Days from the beginning of dependence, or from the end of a stay in treatment, to the step (with "
        "`when: dependent` or `left_care`).",
        unit="days",
        example=180,
        default=0,
        ge=0,
        le=21915,
    )
    day: int | None = field(
        "Day of the study on which the step begins, the first day being 0 (with `when: day`).",
        unit="days",
        example=365,
        default=None,
        ge=0,
        le=21915,
    )
    uptake: float = field(
        "Share of the people reached who take the step; the others go on as before.",
        unit="share",
        example=0.6,
        default=1.0,
        ge=0,
        le=1,
    )


class Treatment(Timing):
    """A step that is a treatment: it can be left and entered again."""

    again_after_days: int | None = field(
        "Days after leaving until the person is offered the treatment again; left out: only once.",
        unit="days",
        example=180,
        default=None,
        ge=1,
        le=21915,
    )


class KeepRule(Timing):
    """The person tries to keep use within a rule. Whether they manage is an outcome."""

    do: Literal["keep_rule"] = field("Keep use within a rule.", example="keep_rule")
    max_days_per_week: int = field(
        "Days of use a week that the rule allows.", unit="days per week", example=1, ge=1, le=7
    )


class CutBack(Timing):
    """The person tries to use less, step by step, without help."""

    do: Literal["cut_back"] = field("Use less without stopping.", example="cut_back")
    by: float = field("Share of the daily amount to cut.", unit="share", example=0.5, gt=0, le=1)
    over_days: int = field(
        "Days over which the amount is brought down.", unit="days", example=28, ge=1, le=3660
    )


class Stop(Timing):
    """The person tries to stop at once, without help."""

    do: Literal["stop"] = field("Stop without help.", example="stop")


class Detoxification(Treatment):
    """Supervised withdrawal over some days, with or without an opioid medicine that is tapered."""

    do: Literal["detoxification"] = field("Withdraw under supervision.", example="detoxification")
    days: int = field("Length of the programme.", unit="days", example=14, ge=3, le=180)
    medicine: Literal["buprenorphine", "methadone", "none"] = field(
        "Medicine that is tapered over these days; none: comfort medicines only.", example="buprenorphine"
    )


class Methadone(Treatment):
    """Methadone treatment: one dose a day by mouth, raised to a target and held."""

    do: Literal["methadone"] = field("Treat with methadone.", example="methadone")
    start_mg: float = field("Dose of the first day.", unit="mg per day", example=30, ge=5, le=60)
    target_mg: float = field("Dose that is held.", unit="mg per day", example=80, ge=5, le=300)


class Buprenorphine(Treatment):
    """Buprenorphine treatment: one dose a day under the tongue, raised to a target and held."""

    do: Literal["buprenorphine"] = field("Treat with buprenorphine.", example="buprenorphine")
    start_mg: float = field("Dose of the first day.", unit="mg per day", example=4, ge=0.5, le=32)
    target_mg: float = field("Dose that is held.", unit="mg per day", example=16, ge=0.5, le=32)
    start: Literal["in_withdrawal", "low_dose"] = field(
        "in_withdrawal: the first dose waits until withdrawal has set in or a day has passed without heroin; "
        "low_dose: at once, a small dose doubled each day while heroin goes on.",
        example="in_withdrawal",
        default="in_withdrawal",
    )


class BuprenorphineDepot(Treatment):
    """Buprenorphine injected under the skin, released over weeks; it goes on for weeks after leaving."""

    do: Literal["buprenorphine_depot"] = field(
        "Treat with buprenorphine depots.", example="buprenorphine_depot"
    )
    mg: float = field("Dose of each depot.", unit="mg", example=100, ge=8, le=300)
    every_days: int = field(
        "Days from one depot to the next.", unit="days", example=28, default=28, ge=7, le=35
    )


class NaltrexoneDepot(Treatment):
    """Naltrexone 380 mg into muscle: blocks heroin for a month; first after a week without any opioid."""

    do: Literal["naltrexone_depot"] = field("Treat with naltrexone depots.", example="naltrexone_depot")
    every_days: int = field(
        "Days from one depot to the next.", unit="days", example=28, default=28, ge=21, le=42
    )


class ChangeSetting(Timing):
    """The surroundings change. What is given replaces the value of `cohort.setting` from that day on."""

    do: Literal["change_setting"] = field("Change the surroundings.", example="change_setting")
    peers_use: float | None = share("Share whose partner or close friends use, after the change.", 0.0)
    availability: float | None = share("Chance that heroin can be had when sought, after the change.", 0.2)
    stress: float | None = field(
        "Mean stress of the surroundings after the change, in standard deviations of people's stress.",
        unit="standard deviations",
        example=-0.5,
        default=None,
        ge=-3,
        le=3,
    )
    restraint: float = field(
        "Restraint that the new surroundings add (work, family, disapproval), in logits of the daily chance "
        "of use; below 0 they take some away.",
        unit="logits",
        example=1.0,
        default=0.0,
        ge=-5,
        le=5,
    )
    new_place: bool = field(
        "The person lives elsewhere, away from the places and cues of use.", example=True, default=False
    )


Step = Annotated[
    KeepRule
    | CutBack
    | Stop
    | Detoxification
    | Methadone
    | Buprenorphine
    | BuprenorphineDepot
    | NaltrexoneDepot
    | ChangeSetting,
    Field(discriminator="do"),
]
STEPS = ("keep_rule", "cut_back", "stop", "detoxification", "methadone", "buprenorphine", "change_setting")

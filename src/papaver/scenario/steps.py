"""Steps of a plan: what a person or a service does, and when it begins."""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple, get_args

from pydantic import Field

from papaver.scenario.fields import Model, field, share

NOT_GIVEN = -1.0
MEDICINES = ("buprenorphine", "methadone", "none", "lofexidine")  # in the order of the flag of a step
STARTS = ("in_withdrawal", "low_dose")


class Numbers(NamedTuple):
    """What a step says in numbers; the meaning of each goes with its kind (``papaver.person.records``)."""

    a: float = 0.0
    b: float = 0.0
    c: float = 0.0
    flag: int = 0
    d: float = 0.0


class Timing(Model):
    """When a step begins, and for which share of the people."""

    when: Literal["start", "dependent", "day", "left_care", "overdose", "custody", "release"] = field(
        "start: on the first day; dependent: `delay_days` after dependence begins; day: on day `day`; "
        "left_care: `delay_days` after a stay in treatment has ended; overdose: so long after a survived "
        "overdose (the next day at the earliest); custody, release: so long after custody began or ended.",
        example="dependent",
    )
    delay_days: int = field(
        "Days from what the step waits for to the step: the beginning of dependence, the end of a stay in "
        "treatment, an overdose, custody or release.",
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

    def numbers(self, stress_before: float) -> Numbers:
        """The step in numbers; ``stress_before`` is the mean stress of the surroundings until then."""
        return Numbers()


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
    leaving: float | None = field(
        "How easily people leave this service, as a ratio to ordinary care (British Columbia, to which "
        "leaving is fitted): 0.5 where people leave half as easily. Withdrawal and use add to it as ever.",
        unit="ratio",
        example=0.5,
        default=None,
        gt=0,
        le=10,
    )

    def course(self) -> Numbers:
        """Doses and days of the treatment."""
        raise NotImplementedError

    def numbers(self, stress_before: float) -> Numbers:
        """Doses and days, and how easily people leave."""
        return self.course()._replace(d=self.leaving or 0.0)


class KeepRule(Timing):
    """The person tries to keep use within a rule. Whether they manage is an outcome."""

    do: Literal["keep_rule"] = field("Keep use within a rule.", example="keep_rule")
    max_days_per_week: int = field(
        "Days of use a week that the rule allows.", unit="days per week", example=1, ge=1, le=7
    )

    def numbers(self, stress_before: float) -> Numbers:
        """Days of use a week that the rule allows."""
        return Numbers(a=float(self.max_days_per_week))


class Cut(Timing):
    """A step that brings a daily amount down, in equal steps over some days."""

    by: float = field(
        "Share of the daily amount that is cut; 1: all of it.",
        unit="share",
        example=0.5,
        default=1.0,
        gt=0,
        le=1,
    )
    over_days: int = field(
        "Days over which the amount is brought down in equal steps; 1: at once.",
        unit="days",
        example=90,
        ge=1,
        le=3660,
    )

    def numbers(self, stress_before: float) -> Numbers:
        """Share and days."""
        return Numbers(a=self.by, b=float(self.over_days))


class CutBack(Cut):
    """The person tries to use less, step by step, without help."""

    do: Literal["cut_back"] = field("Use less without stopping.", example="cut_back")
    by: float = field("Share of the daily amount to cut.", unit="share", example=0.5, gt=0, le=1)


class Stop(Timing):
    """The person tries to stop at once, without help."""

    do: Literal["stop"] = field("Stop without help.", example="stop")


class Detoxification(Treatment):
    """Supervised withdrawal over some days, with or without an opioid medicine that is tapered."""

    do: Literal["detoxification"] = field("Withdraw under supervision.", example="detoxification")
    days: int = field("Length of the programme.", unit="days", example=14, ge=3, le=180)
    medicine: Literal["buprenorphine", "methadone", "lofexidine", "none"] = field(
        "Medicine that is tapered over these days; lofexidine (or clonidine) is no opioid: it calms "
        "sweating, gooseflesh, a racing heart and the gut; none: no medicine.",
        example="buprenorphine",
    )

    def course(self) -> Numbers:
        """Days and medicine."""
        return Numbers(c=float(self.days), flag=MEDICINES.index(self.medicine))


class Methadone(Treatment):
    """Methadone treatment: one dose a day by mouth, raised to a target and held."""

    do: Literal["methadone"] = field("Treat with methadone.", example="methadone")
    start_mg: float = field("Dose of the first day.", unit="mg per day", example=30, ge=5, le=60)
    target_mg: float = field("Dose that is held.", unit="mg per day", example=80, ge=5, le=300)

    def course(self) -> Numbers:
        """First and last dose."""
        return Numbers(a=self.start_mg, b=self.target_mg)


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

    def course(self) -> Numbers:
        """First and last dose, and how it starts."""
        return Numbers(a=self.start_mg, b=self.target_mg, flag=STARTS.index(self.start))


class BuprenorphineDepot(Treatment):
    """Buprenorphine injected under the skin, released over weeks; it goes on for weeks after leaving."""

    do: Literal["buprenorphine_depot"] = field(
        "Treat with buprenorphine depots.", example="buprenorphine_depot"
    )
    mg: float = field("Dose of each depot.", unit="mg", example=100, ge=8, le=300)
    every_days: int = field(
        "Days from one depot to the next.", unit="days", example=28, default=28, ge=7, le=35
    )

    def course(self) -> Numbers:
        """Dose and days between depots."""
        return Numbers(a=self.mg, c=float(self.every_days))


class NaltrexoneDepot(Treatment):
    """Naltrexone 380 mg into muscle: blocks heroin for a month; first after a week without any opioid."""

    do: Literal["naltrexone_depot"] = field("Treat with naltrexone depots.", example="naltrexone_depot")
    every_days: int = field(
        "Days from one depot to the next.", unit="days", example=28, default=28, ge=21, le=42
    )

    def course(self) -> Numbers:
        """Days between depots."""
        return Numbers(c=float(self.every_days))


class HeroinAssisted(Treatment):
    """Heroin-assisted treatment: two supervised injections a day, and methadone for the night."""

    do: Literal["heroin_assisted"] = field("Treat with supervised heroin.", example="heroin_assisted")
    start_mg: float = field("Heroin of the first day.", unit="mg per day", example=60, ge=10, le=300)
    target_mg: float = field("Heroin a day that is held.", unit="mg per day", example=400, ge=20, le=1000)
    methadone_mg: float = field(
        "Methadone with the second injection, for the night.",
        unit="mg per day",
        example=40,
        default=40,
        ge=0,
        le=150,
    )

    def course(self) -> Numbers:
        """First and last dose of heroin, and methadone."""
        return Numbers(a=self.start_mg, b=self.target_mg, c=self.methadone_mg)


class EmergencyStart(Treatment):
    """Buprenorphine begun in an emergency department, with a supply for some days until care takes over.

    Whether it does is a gate of its own; from then on the treatment is buprenorphine as in `buprenorphine`.
    """

    do: Literal["emergency_start"] = field(
        "Begin buprenorphine (8 mg) in an emergency department, once withdrawal has set in.",
        example="emergency_start",
    )
    target_mg: float = field("Dose that is held.", unit="mg per day", example=16, default=16, ge=4, le=32)
    supply_days: int = field(
        "Days that the supply from the emergency department lasts.",
        unit="days",
        example=7,
        default=7,
        ge=1,
        le=28,
    )
    continued: float = field(
        "Share of those still on it on the day the supply ends for whom care takes over.",
        unit="share",
        example=0.8,
        ge=0,
        le=1,
    )

    def course(self) -> Numbers:
        """Share that goes on, dose and days of supply."""
        return Numbers(self.continued, self.target_mg, float(self.supply_days))


class SlowReleaseMorphine(Treatment):
    """Slow-release morphine by mouth, one supervised dose a day, raised to a target and held."""

    do: Literal["slow_release_morphine"] = field(
        "Treat with slow-release morphine by mouth.", example="slow_release_morphine"
    )
    start_mg: float = field("Dose of the first day.", unit="mg per day", example=200, ge=10, le=400)
    target_mg: float = field("Dose that is held.", unit="mg per day", example=800, ge=10, le=2000)

    def course(self) -> Numbers:
        """First and last dose."""
        return Numbers(a=self.start_mg, b=self.target_mg)


class NaltrexoneTablets(Treatment):
    """Naltrexone 50 mg by mouth each day: blocks heroin while it is taken; first after a week without any
    opioid. Tablets that nobody sees taken are left out on days on which heroin is wanted."""

    do: Literal["naltrexone_tablets"] = field("Treat with naltrexone by mouth.", example="naltrexone_tablets")
    supervised: bool = field(
        "Somebody sees each tablet taken (service, family, court).", example=True, default=False
    )

    def course(self) -> Numbers:
        """Whether intake is supervised."""
        return Numbers(flag=int(self.supervised))


class Support(Timing):
    """Something that goes with treatment, for some days from the step on."""

    days: int = field("Days for which it runs.", unit="days", example=84, default=84, ge=1, le=3660)

    def numbers(self, stress_before: float) -> Numbers:
        """Days."""
        return Numbers(c=float(self.days))


class ContingencyManagement(Support):
    """Incentives for days without heroin while in treatment: they help for as long as they run."""

    do: Literal["contingency_management"] = field(
        "Give incentives for days without heroin, in treatment.", example="contingency_management"
    )


class Counselling(Support):
    """Added counselling in treatment; trials found no effect on staying."""

    do: Literal["counselling"] = field("Add counselling to treatment.", example="counselling")


class Residential(Treatment):
    """Residential treatment without an opioid medicine: people live there, with little use inside."""

    do: Literal["residential"] = field("Live in a residential service.", example="residential")
    days: int = field("Length of the stay if it is completed.", unit="days", example=90, ge=7, le=730)

    def course(self) -> Numbers:
        """Days."""
        return Numbers(c=float(self.days))


class Taper(Cut):
    """The maintenance medicine (methadone, buprenorphine tablets, supervised heroin) is tapered.

    Where all of it is cut the treatment ends with the taper.
    """

    do: Literal["taper"] = field("Taper the medicine of a treatment.", example="taper")


class CutPrescription(Cut):
    """Opioids prescribed for pain are cut or stopped."""

    do: Literal["cut_prescription"] = field("Cut the opioid prescribed for pain.", example="cut_prescription")


class Custody(Timing):
    """The person is locked up for some days: hardly any heroin, other surroundings, then home again."""

    do: Literal["custody"] = field("Held in custody.", example="custody")
    days: int = field("Days in custody.", unit="days", example=150, ge=1, le=3660)
    treatment_goes_on: bool = field(
        "Treatment and prescriptions go on inside; otherwise they end on the first day.",
        example=False,
        default=False,
    )

    def numbers(self, stress_before: float) -> Numbers:
        """Days, and whether treatment goes on."""
        return Numbers(c=float(self.days), flag=int(self.treatment_goes_on))


class Hospital(Timing):
    """The person lies in hospital for some days; treatment goes on."""

    do: Literal["hospital"] = field("In hospital.", example="hospital")
    days: int = field("Days in hospital.", unit="days", example=10, ge=1, le=365)

    def numbers(self, stress_before: float) -> Numbers:
        """Days."""
        return Numbers(c=float(self.days))


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

    def numbers(self, stress_before: float) -> Numbers:
        """What is given of the new surroundings; stress as its change."""
        peers = NOT_GIVEN if self.peers_use is None else self.peers_use
        availability = NOT_GIVEN if self.availability is None else self.availability
        shift = 0.0 if self.stress is None else self.stress - stress_before
        return Numbers(peers, availability, shift, int(self.new_place), self.restraint)


class ChangeSupply(Timing):
    """The supply changes: fentanyl comes into it or goes, or bags hold more or less than people think."""

    do: Literal["change_supply"] = field("Change the supply.", example="change_supply")
    fentanyl_share: float | None = share("Share of bags that hold fentanyl from that day on.", 0.8)
    purity_ratio: float | None = field(
        "Content of bags from that day on over what people take it to be; 1: as expected.",
        unit="ratio",
        example=1.5,
        default=None,
        ge=0.05,
        le=5,
    )

    def numbers(self, stress_before: float) -> Numbers:
        """What is given of the new supply."""
        fentanyl = NOT_GIVEN if self.fentanyl_share is None else self.fentanyl_share
        return Numbers(fentanyl, NOT_GIVEN if self.purity_ratio is None else self.purity_ratio)


Step = Annotated[
    KeepRule
    | CutBack
    | Stop
    | Detoxification
    | Methadone
    | Buprenorphine
    | BuprenorphineDepot
    | NaltrexoneDepot
    | HeroinAssisted
    | EmergencyStart
    | SlowReleaseMorphine
    | NaltrexoneTablets
    | ContingencyManagement
    | Counselling
    | Residential
    | CutPrescription
    | Taper
    | Custody
    | Hospital
    | ChangeSetting
    | ChangeSupply,
    Field(discriminator="do"),
]
KINDS: tuple[type[Timing], ...] = get_args(get_args(Step)[0])
STEPS = tuple(str(get_args(kind.model_fields["do"].annotation)[0]) for kind in KINDS)
TREATMENTS = tuple(name for name, kind in zip(STEPS, KINDS, strict=True) if issubclass(kind, Treatment))

"""What people read: no advice on doses for a high, none on coming through a test, and people come first.

Every text of the app, the report, the command line, scenarios and files to fill in, of the documentation and
the notebooks is read: strings of the code (with a number where a value will stand), pages and templates.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.test_house import NAMES_OF_OTHERS, PEOPLE_SECOND, ROOT, SOURCE, STIGMA

ROOMS = ("app", "report", "cli", "scenario", "templates", "results", "study", "atlas")
TEST = r"(?:drug |urine |blood |hair |saliva |workplace )*(?:tests?|testing|screens?|screening)\b"
TAKING = r"(?:take|inject|snort|smoke|swallow|use|shoot|chew|insufflate|plug)"
DRUG = r"(?:heroin|fentanyl|carfentanil|morphine|codeine|opioids?|opiates?|the drug|drugs)"
ADVICE = {
    "on coming through a test": (
        r"\b(?:pass|passing|beat|beating|cheat|cheating|fool|evade|defeat|get through|trick)\b"
        rf".{{0,30}}{TEST}",
        r"\b(?:avoid|escape)\b.{0,20}\b(?:detection|testing positive)\b",
        r"\b(?:dilut\w+|adulterat\w+|substitut\w+|mask\w*|flush\w*)\b.{0,30}\b(?:before|to pass|for)\b"
        rf".{{0,20}}{TEST}",
        rf"\b(?:stop|abstain|wait)\b.{{0,40}}\bbefore (?:a|the|your) {TEST}",
        r"\byou(?:r \w+)? (?:will|would|should) (?:test|be) negative\b",
    ),
    "on doses": (
        r"\byou (?:should|can|could|may|might|must|need to) (?:safely )?"
        rf"{TAKING}\b(?! (?:papaver|it as|this))",
        r"\b(?:recommended|safe|safer|optimal|ideal|best|good|right|common|proper) (?:recreational |street )?"
        r"(?:doses?|dosage|dosing|amounts?) (?:for|to|of|is|are)\b",
        r"\b(?:recreational|intoxicating) (?:doses?|use|amounts?)\b",
        rf"(?<![\w`]){TAKING} (?:about |up to |at most |only |around )?\d[\d.,]* ?(?:mg|g|µg|mcg|ug)\b",
        r"\b(?:doses?|amounts?|much)\b.{0,20}\b(?:to|needed to|for) (?:get|feel|reach|have|getting|a) ?"
        r"(?:a )?high\b",
        rf"\bhow (?:much|to)(?: to)? {TAKING}\b.{{0,30}}{DRUG}",
        r"\bsafe to (?:use|take|inject|drive)\b|\bto get (?:the most|more) out of\b",
        r"\b(?:stronger|longer|better|best) high\b",
    ),
}
PATTERNS = {about: re.compile("|".join(parts), re.IGNORECASE) for about, parts in ADVICE.items()}
# What stands before, in the same sentence, and says that it is no advice, or that something is not so.
DENIED = re.compile(
    r"\b(?:no|not|never|nor|neither|cannot|without|nobody|none|refuses?)\b[^.;:]{0,110}$", re.IGNORECASE
)


def advice(text: str) -> list[str]:
    """What in a text reads like advice, each with what it is about."""
    plain = " ".join(text.split())
    return [
        f"{about}: {plain[max(0, hit.start() - 50) : hit.end() + 30]}"
        for about, pattern in PATTERNS.items()
        for hit in pattern.finditer(plain)
        if not DENIED.search(plain[: hit.start()])
    ]


def strings(path: Path) -> Iterator[tuple[int, str]]:
    """Strings of a module as people will read them: a number stands where a value will."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    joined = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    inside = {id(part) for node in joined for part in ast.walk(node)}
    for node in joined:
        parts = [str(p.value) if isinstance(p, ast.Constant) else "7" for p in node.values]
        yield node.lineno, "".join(parts)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            yield node.lineno, node.value


def read_by_people() -> Iterator[tuple[str, str]]:
    """Place and text of everything that people read."""
    for room in ROOMS:
        for path in sorted((SOURCE / room).rglob("*")):
            name = path.relative_to(ROOT).as_posix()
            if path.suffix == ".py":
                yield from ((f"{name}:{line}", text) for line, text in strings(path))
            elif path.suffix in (".yaml", ".html", ".j2", ".jinja", ".csv"):
                yield name, path.read_text(encoding="utf-8")
    pages = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
    for path in [*pages, *sorted((ROOT / "examples").rglob("*.yaml"))]:
        for number, part in enumerate(re.split(r"\n\s*\n", path.read_text(encoding="utf-8"))):
            yield f"{path.relative_to(ROOT).as_posix()}:part {number}", part
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            yield f"notebooks/{path.name}:{cell['id']}", "".join(cell["source"])


def test_there_is_much_to_read() -> None:
    places = {place.split(":")[0] for place, _ in read_by_people()}
    assert len(places) > 100
    assert {"README.md", "src/papaver/app/body.py", "src/papaver/report/toxicology.py"} <= places
    assert "notebooks/life.ipynb" in places


def test_nothing_advises_on_doses_or_on_coming_through_a_test() -> None:
    assert [f"{place}: {hit}" for place, text in read_by_people() for hit in advice(text)] == []


def test_notebooks_put_people_first() -> None:
    for place, text in read_by_people():
        if place.startswith("notebooks/"):
            ours = NAMES_OF_OTHERS.sub("", text)
            assert not STIGMA.search(ours) and not PEOPLE_SECOND.search(ours), place


@pytest.mark.parametrize(
    "text",
    [
        "How to pass a drug test",
        "Drink water and dilute the urine before the test.",
        "Stop three days before your urine test.",
        "After two days you will test negative.",
        "Ways to beat a hair test",
        "This helps to avoid detection.",
        "You can take a little more each time.",
        "Take 20 mg and wait.",
        "Inject up to 0.1 g slowly.",
        "The recommended dose for a first time is small.",
        "a recreational dose",
        "the amount needed to get high",
        "how much to take of heroin is told below",
        "It is safe to use it on weekends.",
        "for a longer high",
        "No worries. Take 20 mg and wait.",
    ],
)
def test_advice_is_recognised(text: str) -> None:
    assert advice(text)


@pytest.mark.parametrize(
    "text",
    [
        "It gives no advice on doses, and it is not a way to pass a drug test.",
        "20 mg of heroin by vein: breathing falls to 75 % of rest.",
        "No dose of heroin is safe to use alone.",
        "Median time to the last positive test is 3 days.",
        "papaver body heroin 20mg --route iv",
        "The high of a use fades to 40 % of what it was at first.",
    ],
)
def test_plain_statements_are_left_alone(text: str) -> None:
    assert advice(text) == []


def test_values_in_strings_are_read_as_numbers(tmp_path: Path) -> None:
    module = tmp_path / "a.py"
    module.write_text('x = 3\ny = f"Take {x} mg " "and wait."\n', encoding="utf-8")
    (found,) = [text for _, text in strings(module) if "wait" in text]
    assert found == "Take 7 mg and wait."
    assert advice(found)

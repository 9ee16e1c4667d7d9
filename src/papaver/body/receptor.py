"""Competition for the mu receptor, and the agonist signal each effect takes from it.

On the scale of hours binding follows the loads ``u_i`` (concentration over half-binding concentration):
drug ``i`` holds ``B_i = u_i / (1 + sum u_j)`` of the receptors. One agonist signal per effect,
``A = sum alpha_i B_i``, because spare receptors differ between effects: buprenorphine is a partial
agonist, and naloxone an inverse agonist whose pull grows with dependence (zero in naive people).
Binding in minutes, with on and off rates, belongs to ``body.breathing``.
"""

from __future__ import annotations

from papaver.compiled import compiled


@compiled
def agonist_signal(
    heroin: float, methadone: float, buprenorphine: float, naloxone: float, partial: float, inverse: float
) -> float:
    """Agonist signal of one effect from the four loads (dimensionless, at most 1).

    ``partial`` is buprenorphine's intrinsic activity for the effect, ``inverse`` naloxone's negative one.
    """
    bound = heroin + methadone + partial * buprenorphine - inverse * naloxone
    return bound / (1.0 + heroin + methadone + buprenorphine + naloxone)


@compiled
def tolerant_signal(signal: float, shift: float) -> float:
    """Signal after the receptor in a tolerant body: ``A / (A + T (1 - A))``; binding is untouched."""
    if signal <= 0.0:
        return signal
    return signal / (signal + shift * (1.0 - signal))


@compiled
def equivalent_load(full: float, partial: float, activity: float) -> float:
    """Load of a full agonist alone that gives the signal of ``full`` beside a partial agonist's load.

    With signal ``A = (full + activity x partial) / (1 + full + partial)`` this is ``A / (1 - A)``: a
    partial agonist adds a little and blunts what comes on top.
    """
    return (full + activity * partial) / (1.0 + (1.0 - activity) * partial)

"""Commands for matching: one need, evaluation, training, weights; learning has its own file."""

from __future__ import annotations

import json
from pathlib import Path

import click
from flask import current_app

from marketplace.core.clock import today
from marketplace.core.command import with_app
from marketplace.core.errors import InvalidInput
from marketplace.core.terminal import console, table
from marketplace.matching.answers import LABELS, scenario_names
from marketplace.matching.evaluation import evaluate
from marketplace.matching.learning_cli import (
    call_draft_command,
    concentration_command,
    report_command,
    tune_command,
)
from marketplace.matching.matcher import Recommendation, match
from marketplace.matching.reading import need_of
from marketplace.matching.sheets import wish_label
from marketplace.matching.training import train_file
from marketplace.matching.understand import understand
from marketplace.matching.weights import adjust_weights, rule_book


class NeedOrCommand(click.Group):
    """`marketplace match "TEXT"` matches; `marketplace match eval FILE` and others are commands."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[
            str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            args = ["need", *args]
        return super().resolve_command(ctx, args)


@click.group("match", cls=NeedOrCommand)
def match_commands() -> None:
    """Match a need given as text, or one of the commands below."""


@match_commands.command("need")
@click.argument("text")
@click.option("--industry", help="Code of the industry, if known.")
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1, 50))
@with_app
def match_need(text: str, industry: str | None, limit: int) -> None:
    """Recommend solutions for TEXT, with reasons."""
    understood = understand(text, industry=industry, today=today())
    if not understood.is_need:
        console.print(str(understood.reason), markup=False)
        return
    need = need_of(understood)
    console.print("Understood: " + ", ".join(
        f"{wish_label(w)}{' (must)' if w.hard else ''}" for w in need.wishes), markup=False)
    result = match(current_app.extensions["indexes"], need, limit=limit)
    labels = {p.candidate.id: "\n".join(f"[{LABELS[x]}]" for x in p.labels) for p in result.picks}
    table(("Place", "Solution", "Score", "Wishes", "Reasons"), [
        (n, f"{r.candidate.name}\n{labels.get(r.candidate.id, '')}".strip(),
         f"{r.score * 100:.0f}", f"{r.met}/{len(r.judged)}", _reasons(r))
        for n, r in enumerate(result.recommendations, 1)])
    if result.near_misses:
        table(("Near miss", "Score", "Why not"), [
            (str(r.candidate.name), f"{r.score * 100:.0f}", "; ".join(map(str, r.vetoes)))
            for r in result.near_misses])
    if result.bundle:
        console.print("Together they cover everything: " + " + ".join(
            str(r.candidate.name) for r in result.bundle), markup=False)


def _reasons(item: Recommendation) -> str:
    lines = [f"{o.text} ({o.score:.2f})" for o in item.reasons[:4]]
    if item.uncovered:
        lines.append("Not covered: " + ", ".join(map(str, scenario_names(item.uncovered))))
    return "\n".join(lines)


@match_commands.command("eval")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--cross-validate/--as-shipped", default=True,
              help="Learn on the other folds, or use the shipped weights.")
def evaluate_command(file: Path, cross_validate: bool) -> None:
    """Measure understanding on labelled needs; prints every figure and each miss."""
    console.print(str(evaluate(file, cross_validate=cross_validate)), markup=False)


@match_commands.command("train")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def train_command(file: Path) -> None:
    """Learn the weights of understanding from labelled needs and store them."""
    console.print(str(train_file(file)), markup=False)


@match_commands.command("weights")
@click.argument("industry")
@click.option("--set", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="JSON file with the weight of every rule; they add up to 100.")
@click.option("--threshold", "thresholds", multiple=True, metavar="CODE=NUMBER",
              help="A threshold to change; give it as often as needed.")
@click.option("--reason", default="", help="Why; kept on record.")
@with_app
def weights_command(industry: str, file: Path | None, thresholds: tuple[str, ...],
                    reason: str) -> None:
    """Show an industry's weights and thresholds, or put new ones in force."""
    book = rule_book(industry)
    weights, limits = dict(book.weights), {**book.thresholds, **_numbers(thresholds)}
    if file is not None:
        try:
            weights = {str(k): float(v) for k, v in json.loads(file.read_text("utf-8")).items()}
        except (ValueError, AttributeError, TypeError) as problem:
            raise InvalidInput(f"{file} is no JSON object of rule: weight ({problem}).") from None
    if file is not None or thresholds:
        adjust_weights(industry=industry, weights=weights, thresholds=limits, reason=reason,
                       actor="command line")
        book = rule_book(industry)
    heaviest = sorted(book.weights, key=lambda code: -book.weights[code])
    table(("Rule", "Weight"), [(code, book.weights[code]) for code in heaviest],
          title=f"{industry}: {book.version}")
    table(("Threshold", "Value"), sorted(book.thresholds.items()))


def _numbers(given: tuple[str, ...]) -> dict[str, float]:
    """`CODE=NUMBER` as a mapping. Raises `InvalidInput` for anything else."""
    try:
        return {code: float(number) for code, number in (item.split("=") for item in given)}
    except ValueError:
        raise InvalidInput(
            "Write a threshold as CODE=NUMBER, such as budget_over=50.") from None


match_commands.add_command(report_command)
match_commands.add_command(tune_command)
match_commands.add_command(concentration_command)
match_commands.add_command(call_draft_command)

"""Understanding alone, and ranking quality beside a plain search."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.server import percentiles
from bench.site_bench import NEEDS
from marketplace.app import create_app
from marketplace.config import load_settings
from marketplace.core.database import db
from marketplace.matching.ranking import report
from marketplace.matching.understand import understand

EVALUATION = Path(__file__).resolve().parents[2] / "shared" / "eval" / "needs_dev.jsonl"


def measure_matching() -> dict[str, float]:
    """Latency of understanding; nDCG@10 on the sample catalogue where the labelled set is there."""
    for text in NEEDS:
        understand(text)
    taken = []
    for number in range(300):
        start = time.perf_counter()
        understand(NEEDS[number % len(NEEDS)])
        taken.append(time.perf_counter() - start)
    figures = {f"understanding_{k}": v for k, v in percentiles(taken).items()}
    return figures | (_ranking() if EVALUATION.exists() else {})


def _ranking() -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="marketplace-rank-") as folder:
        environment = {"MARKETPLACE_DATA_DIR": folder, "MARKETPLACE_LOG_LEVEL": "error"}
        subprocess.run([str(Path(sys.executable).with_name("marketplace")), "setup", "--samples"],
                       env={**os.environ, **environment}, check=True)
        app = create_app(load_settings(environment))
        with app.app_context():
            found = report(app.extensions["indexes"], EVALUATION)
            db.session.remove()
            db.engine.dispose()
    return {"ndcg_ours": found.ours, "ndcg_plain_search": found.baseline,
            "ndcg_against_plain_search": found.ours / found.baseline}

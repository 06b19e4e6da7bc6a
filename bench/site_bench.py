"""The whole site measured: pages, API, comparison, publishing, matching; Datasette beside it."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

from bench.desk_bench import measure_desks
from bench.peer import Datasette
from bench.server import Client, free_port, marketplace, throughput, timed
from bench.sign_in_bench import measure_sign_in
from bench.words import phrases, questions

REQUESTS = 300
NEEDS = ("棒材表面划伤靠人眼看，漏检客户退货，想上相机，40万以内，数据不能出厂",
         "多品种小批量，插单多，排产靠Excel，交期老拖，想自动排产",
         "批记录手写，审核慢，想上电子批记录，要能过GMP检查",
         "仓库账对不上，找料半天，想扫码出入库，五万以内，两个月用上",
         "电费太高，不知道哪台设备费电，想装分项电表",
         "Need remote diagnostics for machines we sold, cloud, go live in 60 days")


def prepare(data: Path, scale: int) -> float:
    """Fill a data folder with a synthetic catalogue; returns seconds taken."""
    environment = {**os.environ, "MARKETPLACE_DATA_DIR": str(data)}
    command = str(Path(sys.executable).with_name("marketplace"))
    start = time.perf_counter()
    for arguments in (["setup", "--samples"], ["seed", "--scale", str(scale)]):
        subprocess.run([command, *arguments], env=environment, check=True)
    return time.perf_counter() - start


def measure(data: Path, scale: int) -> dict[str, float]:
    """All figures of the site on a prepared data folder."""
    figures: dict[str, float] = {"prepare_seconds": prepare(data, scale)}
    port, chance = free_port(), random.Random(7)
    words = questions(chance, REQUESTS)
    pages = [f"/solutions?q={quote(w)}" for w in words]
    with marketplace(data, port):
        ids = [item["id"] for item in json.loads(
            Client(port).get("/api/v1/solutions?per_page=100")[1])["items"]]
        sets = [",".join(map(str, chance.sample(ids, 4))) for _ in range(REQUESTS)]
        for name, requests in (
                ("search_page", [("GET", p, None) for p in pages]),
                ("api_search", [("GET", f"/api/v1{p}", None) for p in pages]),
                ("compare_4", [("GET", f"/compare?ids={s}", None) for s in sets]),
                ("match_20", [("POST", "/api/v1/match", json.dumps(
                    {"text": NEEDS[n % len(NEEDS)], "limit": 20}).encode())
                    for n in range(REQUESTS // 2)])):
            figures |= {f"{name}_{k}": v for k, v in timed(port, requests).items()}
        figures["search_page_per_second_8_clients"] = throughput(port, pages)
        figures |= measure_desks(data, port)
        figures |= publishing(data, port)
        figures |= beside_datasette(data, port, chance)
    return figures | measure_sign_in(data)


def publishing(data: Path, port: int, rounds: int = 15) -> dict[str, float]:
    """Seconds from the commit of a new solution until another process finds it."""
    from bench.publish import publish_and_find

    taken = sorted(publish_and_find(data, port, rounds))
    return {"publish_to_searchable_p50": taken[len(taken) // 2] * 1000,
            "publish_to_searchable_p95": taken[int(len(taken) * 0.95)] * 1000}


def beside_datasette(data: Path, port: int, chance: random.Random) -> dict[str, float]:
    """The same rows in Datasette with full-text search over a bigram column and three facets."""
    texts = phrases(chance, 60)
    with Datasette(data) as peer:
        client, equal = Client(port), 0
        for text in texts:
            ours = json.loads(client.get(
                f"/api/v1/solutions?per_page=1&q={quote(chr(34) + text + chr(34))}")[1])["total"]
            theirs = peer.count(text)
            equal += ours == theirs
            if ours != theirs:
                print(f"hit counts differ for {text!r}: ours {ours}, Datasette {theirs}")
        latency = timed(peer.port, [("GET", peer.path(t), None) for t in texts], warm=3)
        rate = throughput(peer.port, [peer.path(t) for t in texts])
        mine = timed(port, [("GET", f"/solutions?q={quote(chr(34) + t + chr(34))}", None)
                            for t in texts], warm=3)
    return {"datasette_p95": latency["p95"], "datasette_per_second_8_clients": rate,
            "same_queries_ours_p95": mine["p95"], "equal_hit_counts": equal / len(texts)}

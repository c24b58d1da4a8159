"""What works with the standard library alone: python3 -m unittest tests.test_smoke, with src in PYTHONPATH."""

import unittest
from datetime import datetime, timezone

from pitwall import Client, ConnectionFailed, Problem

from .stand import STORED, Stand


class Smoke(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        stand = Stand().__enter__()
        cls.addClassCleanup(stand.__exit__)
        cls.client = Client(stand.url)
        cls.race = cls.client.session(STORED)

    def test_rows(self) -> None:
        laps = self.race.laps().rows()
        self.assertGreater(len(laps), 80)
        self.assertEqual(laps[0]["session_key"], self.race.info()["session_key"])
        self.assertEqual(laps[1]["date_start"].tzinfo, timezone.utc)
        pages = self.race.laps()
        pages._page_rows = 7
        self.assertEqual(pages.rows(), laps)
        self.assertEqual(self.race.laps(limit=10).rows(), laps[:10])
        cars = sorted({lap["driver_number"] for lap in laps})[:2]
        some = self.race.laps(driver_number=cars, lap_to=3, fields=["driver_number", "lap_number"])
        self.assertEqual(some.rows(), [{"driver_number": car, "lap_number": lap} for car in cars for lap in (1, 2, 3)])
        self.assertEqual(list(some.columns), ["driver_number", "lap_number"])

    def test_other_answers(self) -> None:
        self.assertIn(STORED, [s["session"]["slug"] for s in self.client.sessions()])
        self.assertTrue(self.race.laps().csv().startswith("session_key,driver_number,lap_number,"))
        self.assertEqual(self.race.laps().parquet()[:4], b"PAR1")
        told = self.race.events(priority="P1").rows()
        self.assertTrue(told and {e["priority"] for e in told} <= {"P0", "P1"})
        records = self.client.analytics.circuit_records(circuit_id="baku", simulated=1).rows()
        self.assertEqual([r["session_key"] for r in records], [self.race.info()["session_key"]])

    def test_laps_side_by_side(self) -> None:
        one, other = [lap["driver_number"] for lap in self.race.laps(lap_number=3) if lap["lap_time_ms"]][:2]
        names = [f"{one}:3", f"{other}:3"]
        compared = self.race.compare_laps(laps=names, delta_to=names[0], channels="speed_kmh", every=50)
        laps = compared.laps()
        self.assertEqual([lap["driver_number"] for lap in laps], [one, other])
        self.assertEqual(len(laps[0]["speed_kmh"]), len(laps[1]["delta_s"]))
        self.assertEqual(set(laps[0]["delta_s"]), {0})
        self.assertEqual(len(compared.rows()), sum(len(lap["distance_m"]) for lap in laps))

    def test_moments(self) -> None:
        latest = self.client.session("latest")
        self.assertEqual(latest.board(at_lap=3)["lap"], 3)
        self.assertEqual({lap["lap_number"] for lap in latest.laps(at_lap=3)}, {1, 2})
        with self.client.new_clock(lap=3, paused=True) as clock:
            at = clock.state()["at"]
            self.assertEqual(latest.board(clock=clock.id)["now"], latest.board(at_lap=3)["now"])
            moment = datetime.fromisoformat(at.replace("Z", "+00:00"))
            self.assertEqual(latest.laps(at=moment).rows(), latest.laps(at_lap=3).rows())
            self.assertEqual(clock.change(step_laps=-1)["lap"], 2)
        with self.assertRaises(Problem) as ended:
            clock.state()
        self.assertEqual(ended.exception.status, 404)

    def test_problems(self) -> None:
        with self.assertRaises(Problem) as refused:
            self.race.laps(limit=0, driver_number="HAM").rows()
        p = refused.exception
        self.assertEqual((p.status, p.title), (422, "Unprocessable Entity"))
        self.assertEqual({e.location for e in p.errors}, {"query.limit", "query.driver_number"})
        self.assertIn(p.detail, str(p))
        with self.assertRaises(ConnectionFailed):
            Client("http://127.0.0.1:1").sessions()
        for bad in (lambda: Client("127.0.0.1:8080"), lambda: self.race.laps(driver_number=[]).rows(), lambda: self.race.laps(compound=["A,B"]).rows(),
                    lambda: self.race.laps(at=datetime(2026, 1, 1)).rows(), lambda: self.client.session(".."), lambda: self.race.laps().save("laps.xlsx")):
            with self.assertRaises(ValueError):
                bad()


if __name__ == "__main__":
    unittest.main()

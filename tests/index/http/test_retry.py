from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from flet_lock.index.http.retry import RetryPolicy

NOW = datetime(2026, 3, 1, tzinfo=UTC)
POLICY = RetryPolicy(base_seconds=0.5, longest_seconds=6.0, jitter=lambda: 1.0, now=lambda: NOW)


def test_waits_double_and_are_capped() -> None:
    assert [POLICY.wait_seconds(n, None) for n in (1, 2, 3, 4, 5)] == [0.5, 1.0, 2.0, 4.0, 6.0]


def test_jitter_takes_up_to_half_of_a_wait() -> None:
    policy = RetryPolicy(base_seconds=1.0, jitter=lambda: 0.0)
    assert policy.wait_seconds(1, None) == 0.5


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("3", 3.0),
        ("0", 0.0),
        ("3600", 6.0),
        (format_datetime(NOW + timedelta(seconds=2), usegmt=True), 2.0),
        (format_datetime(NOW - timedelta(days=1), usegmt=True), 0.0),
        ("soon", 0.5),
        ("-1", 0.5),
        ("", 0.5),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_nonsense_is_passed_over(
    header: str, seconds: float
) -> None:
    assert POLICY.wait_seconds(1, header) == seconds

import pytest

from tests.browser.weight import BUDGETS_KB, MANIFEST, weight_kb


@pytest.mark.skipif(not MANIFEST.is_file(), reason="The web app is not built: make web")
@pytest.mark.parametrize("page", BUDGETS_KB)
def test_a_page_stays_within_its_budget(page: str) -> None:
    assert weight_kb(page) < BUDGETS_KB[page]

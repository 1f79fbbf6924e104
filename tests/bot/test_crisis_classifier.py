"""Which trained model of the crisis screen is loaded."""

import os
import shutil

import pytest

from bot import crisis_classifier
from bot.safety import Level
from bot.settings import load_settings


@pytest.fixture(scope="module")
def trained():
    settings = load_settings()
    return crisis_classifier.train(settings.models_folder, settings.var / "cache" / "vectors.npz")


@pytest.mark.parametrize("damage", [b"", b"PK", b"{}", b"\x80\x04"])
@pytest.mark.parametrize("file", ["model.npz", "model.json"])
def test_a_model_that_cannot_be_read_is_passed_over_for_an_older_one(
    trained, tmp_path, caplog, file, damage
):
    (tmp_path / "crisis-older").symlink_to(trained)
    broken = tmp_path / trained.name
    shutil.copytree(trained, broken)
    (broken / "needs" / file).write_bytes(damage)
    classifier = crisis_classifier.load(tmp_path)
    assert classifier("mä haluun kuolla").level is Level.ACUTE
    assert f"{trained.name} cannot be read" in caplog.text


def test_when_no_model_can_be_read_there_is_none_and_the_log_says_what_to_do(tmp_path, caplog):
    for name in ("kinds", "needs"):
        (tmp_path / "crisis-cut" / name).mkdir(parents=True)
        (tmp_path / "crisis-cut" / name / "model.json").write_text("{", "utf-8")
    assert crisis_classifier.load(tmp_path) is None
    assert "polku train" in caplog.text


def test_todays_model_comes_before_newer_ones(trained, tmp_path):
    shutil.copytree(trained, tmp_path / trained.name)
    shutil.copytree(trained, tmp_path / "crisis-newer")
    os.utime(tmp_path / trained.name, (1, 1))
    assert [folder.name for folder in crisis_classifier.found(tmp_path)] == [
        trained.name, "crisis-newer",
    ]  # fmt: skip

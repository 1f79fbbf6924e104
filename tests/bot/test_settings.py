import pytest

from bot.settings import SettingsError, load_settings
from bot.store import connect
from bot.together import alone_or_together


def write(folder, text):
    path = folder / "polku.toml"
    path.write_text(text, "utf-8")
    return {"POLKU_CONFIG": str(path), "POLKU_VAR": str(folder / "var")}


def test_an_empty_file_gives_the_defaults(tmp_path):
    settings = load_settings(write(tmp_path, ""))
    assert settings.retention.chat_hours == 24
    assert settings.database_url.startswith("sqlite:///")


def test_the_environment_sets_the_port(tmp_path):
    assert load_settings(write(tmp_path, "") | {"POLKU_PORT": "9000"}).server.port == 9000


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[retention]\nchat_huors = 24", "chat_huors"),
        ("[retention]\nchat_hours = 0", "chat_hours"),
        ("[limits]\nmessage_characters = 'many'", "message_characters"),
        ("[nonsense]\na = 1", "nonsense"),
        ("[retention", "TOML"),
    ],
)
def test_a_wrong_setting_is_refused_by_name_in_one_line(tmp_path, text, named):
    with pytest.raises(SettingsError) as caught:
        load_settings(write(tmp_path, text))
    assert named in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(SettingsError, match="no such file"):
        load_settings({"POLKU_CONFIG": str(tmp_path / "none.toml"), "POLKU_VAR": str(tmp_path)})


def test_the_secret_key_stays_the_same_and_is_not_printed(tmp_path):
    environment = write(tmp_path, "")
    first = load_settings(environment).secret_key
    assert load_settings(environment).secret_key == first
    assert first.get_secret_value() not in repr(load_settings(environment))
    assert (tmp_path / "var" / "secret.key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("postgresql://p:s@db/polku", "postgresql+psycopg://p:s@db/polku"),
        ("postgres://p:s@db/polku", "postgresql+psycopg://p:s@db/polku"),
        ("postgresql+psycopg://p:s@db/polku", "postgresql+psycopg://p:s@db/polku"),
        ("sqlite:///a.db", "sqlite:///a.db"),
    ],
)
def test_the_address_of_a_database_is_taken_as_an_operator_types_it(tmp_path, typed, meant):
    environment = write(tmp_path, "") | {"POLKU_DATABASE_URL": typed}
    assert load_settings(environment).database_url == meant


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"POLKU_DATABASE_URL": "mysql://p:geheim@db/polku"}, "POLKU_DATABASE_URL"),
        ({"POLKU_DATABASE_URL": "postgresql"}, "POLKU_DATABASE_URL"),
        ({"POLKU_REDIS_URL": "http://:geheim@redis", "POLKU_SECRET_KEY": "k"}, "POLKU_REDIS_URL"),
        ({"POLKU_REDIS_URL": "redis://:geheim@redis"}, "POLKU_SECRET_KEY"),
    ],
)
def test_addresses_that_cannot_work_are_refused_without_their_password(
    tmp_path, environment, named
):
    with pytest.raises(SettingsError, match=named) as caught:
        load_settings(write(tmp_path, "") | environment)
    assert "geheim" not in str(caught.value)


def test_an_address_with_a_broken_port_is_refused_without_its_password(tmp_path):
    environment = {"POLKU_REDIS_URL": "redis://:geheim@redis:many", "POLKU_SECRET_KEY": "k"}
    with pytest.raises(SettingsError, match="POLKU_REDIS_URL") as caught:
        alone_or_together(load_settings(write(tmp_path, "") | environment))
    assert "geheim" not in str(caught.value)
    with pytest.raises(SettingsError, match="POLKU_DATABASE_URL") as caught:
        connect("postgresql+psycopg://p:geheim@db:many/polku")
    assert "geheim" not in str(caught.value)

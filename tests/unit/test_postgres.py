"""The PostgreSQL of the tests is a real one, ordered like DuckDB, and fresh for those who ask."""

import sqlalchemy as sa


def test_server_answers_and_orders_text_by_code_point(postgres_url: str) -> None:
    engine = sa.create_engine(postgres_url)
    with engine.connect() as connection:
        rows = connection.execute(
            sa.text("SELECT x FROM (VALUES ('а'), ('Б'), ('b'), ('A')) AS v(x) ORDER BY x")
        )
        assert [row.x for row in rows] == ["A", "b", "Б", "а"]
    engine.dispose()


def test_database_starts_empty(postgres_database: str) -> None:
    engine = sa.create_engine(postgres_database)
    assert sa.inspect(engine).get_table_names() == []
    engine.dispose()

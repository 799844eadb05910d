"""The SQLite database: tables, migrations, and queries by subject that speak in ``model`` values."""

"""Alembic migrations of watcher.db, one file per revision; ``store.schema`` runs them."""

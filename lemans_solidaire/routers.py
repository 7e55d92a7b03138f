class CacheOutsideTransactions:
    """Sends the shared cache (rate limits, used codes) to the connection that no request rolls back."""

    def db_for_read(self, model, **hints):
        return "autonomous" if model._meta.app_label == "django_cache" else None

    db_for_write = db_for_read

    def allow_migrate(self, db, app_label, **hints):
        return db == "default"

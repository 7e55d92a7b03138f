from django.db import migrations

# The table of django.core.cache.backends.db (what `createcachetable` would make). Not logged: after a crash of
# PostgreSQL the counts of the rate limiter start again from zero.
CREATE = """
CREATE UNLOGGED TABLE network_cache (
    cache_key varchar(255) NOT NULL PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE INDEX network_cache_expires ON network_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("network", "0002_history_is_append_only")]

    operations = [migrations.RunSQL(CREATE, "DROP TABLE network_cache")]

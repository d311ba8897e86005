#!/bin/sh
# Makes the environment, and starts in it what it is told to.
export SHOP_DATABASE="postgresql+psycopg://$DB_USER:$DB_PASSWORD@$DB_HOST:${DB_PORT:-5432}/$DB_NAME"
PYTHONPATH=$(dirname "$0")/src
export PYTHONPATH
exec "$@"

import logging, os, random, signal, sys, time
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory

signal.signal(signal.SIGTERM, lambda *_: os._exit(143))  # which the first process of a container ignores otherwise
logging.disable()  # env.py would say the same at each look
config = Config(sys.argv[1])
if "DATABASE_URL" in os.environ:  # for an env.py that reads the configuration
    config.set_main_option("sqlalchemy.url", os.environ["DATABASE_URL"].strip().replace("%", "%%"))
scripts = ScriptDirectory.from_config(config)
line = lambda revision: {script.revision for script in scripts.walk_revisions("base", revision)}
known = {script.revision for script in scripts.walk_revisions()}
wanted = {script.revision for script in scripts.get_revisions(sys.argv[2:] or ["heads"])} or sys.exit("no revisions here")

def applied(revision, rows):  # a row that these scripts do not know is ahead, unless another one is the end of this line
    ends = rows & known
    return any(revision in line(row) for row in ends) or (rows > ends and not ends & line(revision))

said = None
while True:
    tables = []
    try:
        with EnvironmentContext(config, scripts, fn=lambda rows, _: tables.append(set(rows)) or [], dont_mutate=True):
            scripts.run_env()
        state = "at " + (", ".join(sorted(set().union(*tables))) or "no revision yet")
    except Exception as error:  # by its name alone: what it says may have the password in it
        tables, state = [], "not readable: " + type(error).__name__
    passed = tables and all(applied(revision, rows) for revision in wanted for rows in tables)
    if passed or state != said:
        what = "the release may start" if passed else "waiting for " + ", ".join(sorted(wanted))
        print("The database is " + state + "; " + what, flush=True)
    if passed:
        sys.exit(0)
    said = state
    time.sleep(random.uniform(1, 3))

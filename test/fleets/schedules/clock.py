"""Runs the scheduler in a time that goes faster: clock.py PROGRAM SPEED BEGIN SETTINGS FOLDER.

Or prints the times after moments: clock.py PROGRAM times CALENDAR ZONE MOMENT…
"""

import importlib.util
import json
import sys
import time

specification = importlib.util.spec_from_file_location("scheduler", sys.argv[1])
scheduler = importlib.util.module_from_spec(specification)
specification.loader.exec_module(scheduler)
if sys.argv[2] == "times":
    calendar = scheduler.Calendar(json.loads(sys.argv[3]), scheduler.zone_of(sys.argv[4]))
    print(json.dumps([calendar.after(int(moment)) for moment in sys.argv[5:]]))
else:
    scheduler.TICK_SECONDS = 0.05
    real, speed, begin = time.time, int(sys.argv[2]), float(sys.argv[3])
    # Since one moment for all that run: wall time, as a machine's.
    scheduler.time.time = lambda: (real() - begin) * speed
    del sys.argv[1:4]
    scheduler.main()

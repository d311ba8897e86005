"""Words of which messages consist and which people take for passwords all the same.

Whoever chose one of them keeps no secret by a message without it: to hide `database` in every sentence would hide what
happened, and tell which word it is. In a sentence they stay, elsewhere they are hidden as any other password."""

from __future__ import annotations

_WORDS = """
access account admin administrator alembic alpha another answer application apply attempt authentication base beta
branch build change changed check cluster column command commit config configuration connect connection container
correct create created cursor data database databases default defaults delete demo deploy develop developer
development dialect docker driver drop email empty engine environment error example exists expected fail failed
failure false fatal field file find found from function group grant guest head heads hello help here host hostname
http https image index info install integer internal invalid item kube kubernetes local localhost lock login main
manager master message migrate migration migrations missing mode model module monitor name namespace network none
null object operator option owner pass passwd password passwords permission place platform pool port post postgres
postgresql prod production program project psycopg public python query read reader ready remote retry revision role
root runner schema script scripts secret secrets section secure server service session setting settings shop
shutdown socket source space spec sqlalchemy staging start state statement status string super support system table
target temp test testing text that then this timeout token tool transaction true type unknown update upgrade user
username users value variable version welcome what when with word work write writer
"""

COMMON_WORDS = frozenset(_WORDS.split())

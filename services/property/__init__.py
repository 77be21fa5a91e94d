"""Property owns estates, incidents, work orders and the API keys of property companies' systems.

Beside these patrols, by routes and plans, and facilities with their upkeep.

It tells ``property.estate.*``, ``property.incident.*``, ``property.work_order.*`` and
``property.roster.*``; it hears its own incidents, work orders and rosters, so that each moves the
other on, the requests that ask for work (``requests.request.assigned``, ``returned``,
``withdrawn``, ``merged``, ``referred``, ``closed``, ``reopened``, ``followed_up``), and who is in
which volunteer team (``pairing.team.*``, ``pairing.member.*``).
"""

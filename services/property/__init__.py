"""Property owns estates, incidents, work orders and the API keys of property companies' systems.

Beside these patrols, by routes and plans, and facilities with their upkeep; who lives where, their
vehicles, parking spaces, permits and draws, the log of gates, visitors and blocked fire lanes;
venues and who has booked them.

It tells ``property.estate.*``, ``property.incident.*``, ``property.work_order.*`` and
``property.roster.*``; it hears its own incidents, work orders and rosters, so that each moves the
other on, the requests that ask for work (``requests.request.assigned``, ``returned``,
``withdrawn``, ``merged``, ``referred``, ``closed``, ``reopened``, ``followed_up``), and who is in
which volunteer team (``pairing.team.*``, ``pairing.member.*``). Who leaves pairing's register
(``pairing.person.left``, ``erased``) lives in no dwelling here any more, as far as it knows.
"""

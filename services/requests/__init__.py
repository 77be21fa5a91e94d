"""Owns what residents ask for: requests and their follow-up, and the types of service. Speaks
Open311 to the world.

Tells ``requests.request.*``: submitted, accepted, ... closed (``shared/events/requests.py``);
``requests.service_type.*``: added, adopted, changed (``shared/events/requests_service_types.py``).
``requests.deadline_rules.*``: adopted, changed (``shared/events/requests_deadline.py``, where what
the clock tells of requests is, too: warned, delayed, kept waiting);
``requests.proposal.*``, ``proposal_task.*``, ``vote.*``, ``meeting.*`` of the council, and hears
them and its requests' own: a suggestion makes a proposal, a decision's task a request.
``requests.mediation.*`` of disputes, and hears them and its requests' own: a dispute makes a case,
and what becomes of the case ends the request; ``requests.survey.*`` and ``survey_response.*``.
``requests.retention_rules.*``, and ``anonymised`` of requests, mediations and survey responses
(``shared/events/requests_privacy.py``).
Hears ``requests.request.merged``, so that the request which goes on takes over who asked.
Hears ``property.estate.registered``, ``property.occupancy.confirmed`` and ``ended``;
``pairing.care_task.accepted``, ``started``, ``completed``, ``unplaced``;
``property.work_order.accepted``, ``started``, ``completed``, ``work_accepted``, ``sent_back``,
``cancelled``, which move the request that the work is for.
"""

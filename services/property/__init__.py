"""Property owns estates, incidents, work orders and the API keys of property companies' systems.

It tells ``property.estate.*``, ``property.incident.*`` and ``property.work_order.*``; it hears its
own incidents and work orders, so that each moves the other on, and the requests that ask for work:
``requests.request.assigned``, ``returned``, ``withdrawn``, ``merged``, ``referred``, ``reopened``.
"""

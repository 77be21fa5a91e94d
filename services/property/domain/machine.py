"""What the system of a property company can be given to do."""

SCOPES = frozenset(
    {
        "property:estate:read",
        "property:bulletin:read",
        "property:incident:manage",
        "property:incident:report",
        "property:incident:read",
        "property:photo:upload",
        "property:photo:read",
        "property:access:record",
        "property:visitor_pass:admit",
        "property:obstruction:report",
        "property:work_order:read",
        "property:work_order:manage",
        "property:route:read",
        "property:patrol:read",
        "property:patrol:walk",
        "property:facility:read",
        "property:facility:operate",
        "property:upkeep:read",
        "property:roster:read",
        "property:roster:manage",
    }
)
"""Never to confirm an incident or to accept work, its own least."""

"""Which scopes a role gets from the embedded issuer. ``<service>:<noun>:<verb>``.

A scope opens a route; whether the thing itself is the caller's own, or of its community, the
service decides.
"""

from collections.abc import Mapping
from types import MappingProxyType

_EVERYBODY = {
    "property:bulletin:read",
    "property:estate:read",
    "property:project:read",
    "requests:export:read",
}
_PHOTOS = {"property:photo:upload", "property:photo:read"}
_COUNCIL_READ = {"requests:proposal:read", "requests:meeting:read"}
_CITIZEN = _COUNCIL_READ | {
    "pairing:pairing:read",
    "pairing:pairing:answer",
    "requests:proposal:propose",
    "requests:proposal:second",
    "requests:proposal:evaluate",
    "requests:ballot:cast",
    "requests:survey:read",
    "requests:survey:answer",
}
_COUNCIL = _COUNCIL_READ | {
    "requests:proposal:propose",
    "requests:proposal:manage",
    "requests:ballot:enter",
    "requests:meeting:manage",
}
_MEDIATION = {
    "requests:mediation:register",
    "requests:mediation:read",
    "requests:mediation:handle",
}
_SURVEY = {
    "requests:survey:read",
    "requests:survey:enter",
    "requests:survey:manage",
}
_LEDGER = {
    "pairing:contribution:read",
    "pairing:contribution:submit",
    "pairing:handbook:read",
    "pairing:pledge:read",
    "pairing:exemplar:read",
    "pairing:thanks:read",
}
_LEDGER_KEPT = _LEDGER | {
    "pairing:contribution:revoke",
    "pairing:statement:read",
    "pairing:exemplar:name",
    "pairing:thanks:give",
}
_FELLOWS = {
    "pairing:branch:read",
    "pairing:member:read",
    "pairing:member:act",
    "pairing:post:read",
    "pairing:team:read",
}
_REGISTER = _FELLOWS | {
    "pairing:care_rules:manage",
    "pairing:household:write",
    "pairing:household:read",
    "pairing:household:export",
    "pairing:person:write",
    "pairing:person:read",
    "pairing:person:export",
    "pairing:member:write",
    "pairing:post:appoint",
    "pairing:team:write",
    "pairing:pairing:write",
    "pairing:pairing:read",
    "pairing:coverage:read",
    "pairing:matching:read",
    "pairing:matching:manage",
    "pairing:stand_in:read",
    "pairing:stand_in:end",
}
_PARKING_SEEN = {"property:space:read", "property:allotment:read"}
_HOME = _PARKING_SEEN | {
    "property:occupancy:claim",
    "property:occupancy:read",
    "property:vehicle:register",
    "property:vehicle:read",
    "property:permit:read",
    "property:visitor_pass:issue",
    "property:visitor_pass:read",
    "property:booking:make",
    "property:booking:read",
}
_DESK = _HOME | {
    "property:occupancy:manage",
    "property:vehicle:verify",
    "property:vehicle:search",
    "property:space:manage",
    "property:permit:manage",
    "property:access:read",
    "property:access:search",
    "property:visitor_pass:admit",
    "property:booking:manage",
    "property:obstruction:report",
    "property:obstruction:read",
}
_CANTEEN = {"pairing:menu:read", "pairing:meal:order", "pairing:meal:read"}
_ACTIVITIES = {"pairing:activity:read", "pairing:activity:join"}

_COMPANIES_READ = {"property:contractor:read", "property:committee:read"}
_COMPANIES = _COMPANIES_READ | {
    "property:contractor:write",
    "property:contractor:call",
    "property:committee:write",
}
_ROUTINE_READ = {
    "property:route:read",
    "property:patrol:read",
    "property:facility:read",
    "property:upkeep:read",
}
_ROUTINE = _ROUTINE_READ | {
    "property:patrol:plan",
    "property:facility:manage",
    "property:facility:operate",
    "property:upkeep:plan",
    "property:project:propose",
    "property:project:carry",
}
_ROSTERS = {"property:roster:read", "property:roster:manage"}
_WORK_ASKED_FOR = {"property:work_order:read", "property:work_order:accept"}
_SUPERVISED = {
    "property:scorecard:read",
    "property:scorecard:audit",
    "property:objection:read",
    "property:inspection:read",
    "property:complaint:read",
    "property:rating:read",
}
_INSPECTING = {
    "property:photo:upload",
    "property:scorecard:read",
    "property:inspection:read",
    "property:inspection:conduct",
    "property:rating:give",
}
_COMPLAINING = {
    "property:photo:upload",
    "property:scorecard:read",
    "property:complaint:file",
    "property:complaint:read",
}

ROLE_SCOPES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "resident": frozenset(
            _EVERYBODY
            | _COMPLAINING
            | _CITIZEN
            | _CANTEEN
            | _ACTIVITIES
            | _WORK_ASKED_FOR
            | _HOME
            | {
                "property:allotment:enter",
                "property:obstruction:report",
                "property:facility:read",
                "pairing:visit:read",
                "pairing:visit:verify",
                "requests:request:submit",
                "requests:request:read",
                "requests:photo:write",
                "requests:request:update",
                "requests:request:support",
                "requests:duplicate:search",
                "requests:request:rate",
                "requests:request:withdraw",
            }
        ),
        "member": frozenset(
            _EVERYBODY
            | _COMPLAINING
            | _INSPECTING
            | _CITIZEN
            | _CANTEEN
            | _FELLOWS
            | _ACTIVITIES
            | _WORK_ASKED_FOR
            | _LEDGER
            | {
                "property:facility:read",
                "property:patrol:read",
                "property:patrol:walk",
                "pairing:meal:carry",
                "property:work_order:manage",
                "property:photo:upload",
                "pairing:visit:read",
                "pairing:visit:report",
                "pairing:visit:check",
                "pairing:care_task:read",
                "pairing:care_task:act",
                "pairing:match:read",
                "pairing:stand_in:read",
                "pairing:stand_in:end",
                "pairing:pledge:make",
            }
        ),
        "mediator": frozenset(_EVERYBODY | _MEDIATION),
        "branch": frozenset(
            _EVERYBODY
            | _COMPANIES_READ
            | _SUPERVISED
            | _COUNCIL
            | _SURVEY
            | _REGISTER
            | _LEDGER_KEPT
            | _MEDIATION
            | {
                "pairing:visit:read",
                "pairing:visit:verify",
                "pairing:visit:check",
                "pairing:visit:manage",
                "requests:request:read",
                "requests:follow_up:record",
                "requests:rate:read",
                "requests:mediation:appoint",
                "requests:mediation:supervise",
                "pairing:care_task:read",
                "pairing:contribution:confirm",
                "pairing:pledge:remind",
                "pairing:menu:read",
                "pairing:meal:read",
                *_ACTIVITIES,
                "pairing:activity:manage",
            }
        ),
        "committee": frozenset(
            _EVERYBODY
            | _SUPERVISED
            | _INSPECTING
            | _COMPLAINING
            | _COUNCIL
            | _SURVEY
            | _ROUTINE
            | _PHOTOS
            | _COMPANIES_READ
            | _ROSTERS
            | _PARKING_SEEN
            | {
                "property:contractor:call",
                "property:allotment:manage",
                "property:obstruction:report",
                "property:obstruction:read",
                "requests:request:read",
                "requests:rate:read",
                "pairing:coverage:read",
                "property:incident:manage",
                "property:incident:read",
                "property:incident:confirm",
                "property:incident:close",
                "property:work_order:read",
                "property:work_order:manage",
                "property:score_rules:publish",
                "property:project:decide",
                "property:objection:answer",
                "property:complaint:decide",
                "property:work_order:accept",
                "notifications:endpoint:manage",
                "notifications:delivery:read",
            }
        ),
        "staff": frozenset(
            _EVERYBODY
            | _COMPANIES
            | _SUPERVISED
            | _COMPLAINING
            | _COUNCIL
            | _SURVEY
            | _REGISTER
            | _LEDGER_KEPT
            | _ROUTINE
            | _PHOTOS
            | _ROSTERS
            | _DESK
            | {
                "property:allotment:manage",
                "property:retention_rule:manage",
                "pairing:visit:read",
                "pairing:visit:check",
                "pairing:visit:manage",
                "requests:request:submit",
                "requests:request:read",
                "requests:photo:write",
                "requests:request:update",
                "requests:request:handle",
                "requests:request:correct",
                "requests:duplicate:search",
                "requests:follow_up:record",
                "requests:rate:read",
                "requests:mediation:register",
                "requests:service_type:manage",
                "requests:deadline_rules:manage",
                "requests:retention_rules:manage",
                "requests:request:anonymise",
                "requests:request:import",
                "pairing:household:anonymise",
                "pairing:household:assign",
                "pairing:points_rule:publish",
                "pairing:person:erase",
                "pairing:pairing:consent",
                "pairing:conflict:read",
                "pairing:conflict:manage",
                "pairing:coverage:manage",
                *_CANTEEN,
                *_ACTIVITIES,
                "pairing:activity:manage",
                "pairing:menu:manage",
                "pairing:meal:serve",
                "pairing:meal:carry",
                "pairing:branch:write",
                "pairing:post:write",
                "pairing:care_task:read",
                "property:estate:write",
                "property:incident:report",
                "property:incident:manage",
                "property:incident:read",
                "property:incident:confirm",
                "property:work_order:read",
                "property:work_order:manage",
            }
        ),
        "ops": frozenset(
            _EVERYBODY
            | _COMPANIES
            | {
                "property:estate:write",
                "property:api_key:manage",
                "requests:api_key:manage",
                "notifications:endpoint:manage",
                "notifications:delivery:read",
            }
        ),
        "contractor": frozenset(
            _EVERYBODY
            | _COMPANIES_READ
            | _SUPERVISED
            | _PHOTOS
            | _ROUTINE_READ
            | _ROSTERS
            | _DESK
            | {
                "property:access:record",
                "notifications:endpoint:manage",
                "notifications:delivery:read",
                "property:patrol:walk",
                "property:facility:operate",
                "property:incident:report",
                "property:incident:manage",
                "property:incident:read",
                "property:work_order:read",
                "property:project:carry",
                "property:objection:raise",
                "property:complaint:answer",
                "property:work_order:manage",
            }
        ),
    }
)

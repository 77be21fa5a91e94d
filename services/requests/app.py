"""Puts the requests service together: what is plugged into what."""

from fastapi import APIRouter, FastAPI

from services.requests import consumers, store
from services.requests.api import (
    bulk,
    conversation,
    council_routes,
    deadline_rules,
    duplicate,
    export,
    follow_up,
    handling,
    intake,
    mediation,
    open311,
    page,
    page_follow_up,
    photo,
    privacy,
    rates,
    reading,
    request,
    service_type,
    survey,
    timeline,
    tracking,
)
from services.requests.api.open311_format import problem_shown
from services.requests.api.open311_views import About
from services.requests.domain.machine import SCOPES
from services.requests.domain.proposal import Proposal
from services.requests.domain.request import ServiceRequest
from services.requests.domain.survey import Survey
from services.requests.domain.survey_response import SurveyResponse
from services.requests.domain.tracking import PREFIX
from services.requests.service.anonymity import AnonymityService
from services.requests.service.bulk import BulkService
from services.requests.service.care import CareService
from services.requests.service.conversation import ConversationService
from services.requests.service.council import Council, CouncilStores
from services.requests.service.council_retention import CouncilRetentionService
from services.requests.service.deadline import DeadlineService
from services.requests.service.deadline_rules import DeadlineRulesService
from services.requests.service.decision import Offers
from services.requests.service.dispute import DisputeService
from services.requests.service.duplicate import DuplicateService
from services.requests.service.estate import EstateService
from services.requests.service.export import ExportService, Held
from services.requests.service.follow_up import FollowUpService
from services.requests.service.handling import HandlingService
from services.requests.service.mediation import MediationService
from services.requests.service.offer import Offer
from services.requests.service.open311 import Open311Service
from services.requests.service.photo import PhotoService
from services.requests.service.rates import RatesService
from services.requests.service.reading import Confidence, ReadingService
from services.requests.service.request import RequestService
from services.requests.service.request_traces import Traces
from services.requests.service.residence import ResidenceService
from services.requests.service.retention import RetentionService
from services.requests.service.service_type import ServiceTypeService
from services.requests.service.survey import SurveyService
from services.requests.service.survey_anonymity import SurveyAnonymityService
from services.requests.service.survey_response import SurveyResponseService, Where
from services.requests.service.tracking import TrackingService
from services.requests.service.visit_help import VisitHelpService
from services.requests.service.works import WorksService
from services.requests.settings import Settings
from services.requests.store.duplicate import RequestCandidates
from services.requests.store.evaluation import EvaluationRecords, evaluations
from services.requests.store.mediation import Mediations, mediations
from services.requests.store.meeting import meetings
from services.requests.store.proposal import proposals
from services.requests.store.rates import RequestTallies
from services.requests.store.residence import residences
from services.requests.store.retention import retention_rules
from services.requests.store.roll import RollRecords, rolls
from services.requests.store.survey import SurveyCounts, survey_responses, surveys
from services.requests.worker import PHOTOS_EVERY_SECONDS, KeptSweeper, Worker
from shared.app import Assembly, assemble
from shared.auth import KeyReader
from shared.bus import joined
from shared.clock import Clock
from shared.due import Due
from shared.keys import ApiKeyRecords, ApiKeyService, Terms, api_keys, minter
from shared.keys.routes import router as key_router
from shared.mongo import Database, Documents, ErasableDocuments
from shared.mongo.readings import readings
from shared.photos.ports import PhotoFiles
from shared.readings import ReadingLog
from shared.sealing import Sealer
from shared.web.markup import problem_page

NAME = "requests"


def create_app(settings: Settings | None = None) -> FastAPI:
    """The service as an ASGI application; ``BadSettings`` if it cannot run with these settings."""
    settings = settings or Settings()
    database = Database(settings.mongo_url, settings.database)
    documents, clock = store.requests(database), database.clock
    copies, files = store.estates(database), store.photo_files(database)
    estates, homes = EstateService(copies, database.clock), residences(database)
    lives = ResidenceService(homes)
    kinds = store.service_types(database)
    types = ServiceTypeService(kinds, store.versions(database), clock)
    own_rules = store.deadline_rules(database)
    rules = DeadlineRulesService(own_rules, clock)
    log = ReadingLog(readings(database), clock)
    requests = RequestService(documents, estates, Offer(types, rules), Confidence(log), clock)
    handlings = HandlingService(documents, estates, clock)
    tracked = TrackingService(requests, estates, documents, clock)
    holders = tracking.CodeHolders(tracked)
    talk = ConversationService(requests, documents, clock)
    photos = PhotoService(requests, documents, files, store.PillowPictures(), clock)
    duplicates = DuplicateService(documents, RequestCandidates(documents), estates, types, clock)
    worker = Worker(DeadlineService(documents, clock), clock)
    cases = mediations(database, Sealer(settings.sealing_keys()))
    mediating = MediationService(cases, log, clock)
    disputes = DisputeService(cases, documents, clock)
    questionnaires, answers = surveys(database), survey_responses(database)
    asked, survey_routers = _surveys(questionnaires, answers, Where(estates, lives), clock)
    drafts, ballots, marks = proposals(database), rolls(database), evaluations(database)
    council, council_routers = _council(
        database,
        (drafts, ballots, marks, documents, questionnaires),
        Offers(types, estates),
        requests,
    )
    held = Held(documents, answers, drafts, ballots, marks, homes, cases)
    keys = api_keys(database, clock)
    privacy_routers, kept_sweeper = _privacy(
        database,
        (documents, cases, drafts),
        (questionnaires, answers),
        (ballots, marks),
        (types, files),
    )
    return assemble(
        Assembly(
            name=NAME,
            settings=settings,
            database=database,
            routers=[
                request.router(requests, documents.answered, clock),
                handling.router(handlings, documents.answered),
                timeline.router(requests),
                intake.router(requests, tracked),
                photo.router(photos, documents.answered),
                conversation.router(talk, documents.answered),
                page.router(
                    page.ReportPages(tracked, photos, types, estates),
                    page.TrackingPages(holders, requests, (photos, talk), types),
                ),
                duplicate.router(duplicates, documents.answered),
                *_afterwards(documents, settings, types, clock),
                reading.router(ReadingService(documents, log)),
                service_type.router(types, kinds.answered),
                deadline_rules.router(rules, own_rules.answered),
                bulk.router(BulkService(requests, documents, estates)),
                mediation.router(mediating, cases.answered),
                *council_routers,
                *privacy_routers,
                export.router(ExportService(held, log, clock)),
                *survey_routers,
                *_machines(settings, keys, copies, (requests, documents, types, photos), clock),
            ],
            keyring=keys,
            codes={PREFIX: holders},
            problem_forms={page.PAGES: problem_page, open311.PREFIX: problem_shown},
            background=[
                worker.run,
                *(Due(each).run for each in (asked.close_due, council.votes.ring, mediating.ring)),
                Due(photos.sweep, every_seconds=PHOTOS_EVERY_SECONDS).run,
                kept_sweeper.run,
            ],
            hearings=joined(
                [
                    *consumers.hearings(CareService(documents), estates),
                    *consumers.of_residences(lives),
                    *consumers.of_works(WorksService(documents)),
                    *consumers.of_visits(VisitHelpService(requests)),
                    *consumers.of_disputes(disputes),
                    *consumers.of_duplicates(duplicates),
                    *consumers.of_suggestions(council.suggestions),
                ]
            ),
        )
    )


def _privacy(
    database: Database,
    kept: tuple[ErasableDocuments[ServiceRequest], Mediations, ErasableDocuments[Proposal]],
    asked: tuple[Documents[Survey], ErasableDocuments[SurveyResponse]],
    voted: tuple[RollRecords, EvaluationRecords],
    behind: tuple[ServiceTypeService, PhotoFiles],
) -> tuple[list[APIRouter], KeptSweeper]:
    """How long it is kept who somebody was: its routes, and what sees to it."""
    (requests, cases, drafts), (questionnaires, answers), clock = kept, asked, database.clock
    types, files = behind
    own_rules = retention_rules(database)
    rules = RetentionService(own_rules)
    anonymity = AnonymityService(requests, rules, types, Traces(cases, drafts, clock), files, clock)
    of_answers = SurveyAnonymityService(questionnaires, answers, rules, clock)
    of_votes = CouncilRetentionService(drafts, *voted, rules, clock)
    sweeps = {
        "request": anonymity.sweep,
        "survey_response": of_answers.sweep,
        "ballots": of_votes.sweep_ballots,
        "marks": of_votes.sweep_marks,
    }
    routers = privacy.routers(
        rules, anonymity, changed=own_rules.answered, anonymised=requests.answered
    )
    return routers, KeptSweeper(sweeps)


def _council(
    database: Database,
    kept: tuple[
        Documents[Proposal],
        RollRecords,
        EvaluationRecords,
        Documents[ServiceRequest],
        Documents[Survey],
    ],
    offers: Offers,
    requests: RequestService,
) -> tuple[Council, list[APIRouter]]:
    """The council over its collections, and its routes."""
    drafts, ballots, marks, asked, questionnaires = kept
    gatherings = meetings(database)
    stores = CouncilStores(drafts, gatherings, ballots, marks, asked, questionnaires)
    council = Council(stores, offers, requests, database.clock)
    routers = council_routes.routers(
        council, proposals=drafts.answered, meetings=gatherings.answered
    )
    return council, routers


def _surveys(
    asked: Documents[Survey],
    answers: Documents[SurveyResponse],
    where: Where,
    clock: Clock,
) -> tuple[SurveyService, list[APIRouter]]:
    """Surveys over their collections, and their routes."""
    service = SurveyService(asked, where.estates, clock)
    responses = SurveyResponseService(answers, SurveyCounts(answers), service, where, clock)
    routers = [
        survey.router(service, asked.answered),
        survey.response_router(responses, answers.answered),
    ]
    return service, routers


def _afterwards(
    documents: Documents[ServiceRequest],
    settings: Settings,
    types: ServiceTypeService,
    clock: Clock,
) -> list[APIRouter]:
    """What requesters are asked once it is done, and the rates that come of it."""
    asking = FollowUpService(documents, settings.signing_keys(), clock)
    return [
        follow_up.router(asking, documents.answered, settings.public_url),
        page_follow_up.router(asking, types, clock),
        rates.router(RatesService(RequestTallies(documents), types), clock),
    ]


def _machines(
    settings: Settings,
    ring: ApiKeyRecords,
    copies: store.EstateRecords,
    behind: tuple[RequestService, Documents[ServiceRequest], ServiceTypeService, PhotoService],
    clock: Clock,
) -> list[APIRouter]:
    """Open311, and the keys of the systems that report by it."""
    requests, documents, types, photos = behind
    pepper, environment = settings.api_key_pepper, settings.environment
    terms = Terms(SCOPES, copies.community_of)
    issuing = ApiKeyService(ring, terms, clock, minter(environment, pepper))
    service = Open311Service(requests, documents, types, copies, settings.jurisdictions(), clock)
    reader = KeyReader(ring, clock, pepper, environment)
    about = About(settings.public_url, settings.open311_contact or None, environment == "prod")
    routes = open311.Open311Routes(service, photos, reader, clock, about)
    return [open311.router(routes), key_router(issuing, NAME)]

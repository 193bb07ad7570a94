"""The addresses of flows."""

from .pages import acts, cases, holding, inbox, linked, notices, opening, papers, pocket, rounds, stock

urlpatterns = [
    *inbox.routes,
    *stock.routes,
    *opening.routes,
    *cases.routes,
    *acts.routes,
    *linked.routes,
    *rounds.routes,
    *holding.routes,
    *notices.routes,
    *papers.routes,
    *pocket.routes,
]

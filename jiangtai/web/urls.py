"""The addresses of the homes, the search and the gallery."""

from . import gallery, homes, phone, search
from .registry import page

urlpatterns = [
    page("", homes.Square, "web.square"),
    page("home/", homes.Home, "home"),
    page("office/", homes.OfficeHome, "web.office"),
    page("office/post/", homes.SwitchPost, "web.switch"),
    page("office/me/", homes.MyAccount, "web.account"),
    page("pocket/", homes.PocketHome, "web.pocket"),
    page("pocket/errands/", homes.Errands, "web.errands"),
    page("pocket/growth/", homes.Growth, "web.growth"),
    page("pocket/messages/", homes.Messages, "web.messages"),
    page("pocket/me/", homes.Mine, "web.mine"),
    page("pocket/elder/", homes.ElderMode, "web.elder"),
    page("me/sessions/<int:id>/end/", homes.EndSession, "web.session.end"),
    page("privacy/", homes.Privacy, "web.privacy"),
    page("search/", search.SearchPage, "web.search"),
    page("pick/<str:source>/", search.PickPage, "web.pick"),
    *phone.urlpatterns,
    *gallery.urlpatterns,
]

"""web: what every page of Jiangtai is made of.

A user meets four faces: the office (desk work), the pocket (a worker's phone), the square (the public) and
the bare sheet (signing in, errors). A room or a domain adds pages by declaring them as one of a few kinds:

* `ListPage`: rows with conditions, sort, columns, saved views, selection, bulk acts and export to a sheet;
* `DetailPage`: one object in sections, with its timeline and what can be done to it;
* `FormPage`: a form with Chinese errors beside its fields; `ActionPage`: one confirmed act;
* `TreePage`: a tree opened branch by branch; `RevealPage`: a masked value shown for a stated reason;
* `Page`: anything else.

`page(route, Class, name)` makes the URL and lists the page; whoever may open it then finds it in the rail and
in the `/` search. Rooms add to what is not theirs by registering: `searchable` (the `/` search), `panel` and
`figure` (the office's home), `pocket_panel`, `errand`, `growth`, `message` (the pocket) and `square_panel` (the
square).
It is not a place for any domain's rule: a page kind knows nothing of what it shows.
"""

from typing import TYPE_CHECKING

from jiangtai.kernel.face import face

if TYPE_CHECKING:
    from .acts import Act
    from .boards import Count, Entry, Panel, errand, figure, growth, message, panel, pocket_panel, square_panel
    from .columns import Column
    from .conditions import Choice, Condition, DateRange, Search
    from .details import DetailPage, Section, TableSection, TemplateSection, Value, head_of
    from .doors import OFFICE, PUBLIC, SIGNED_IN, WORKER, admits
    from .downloads import as_file, renewing, stored_file
    from .entry import ActionPage, FormPage
    from .exports import export, sheet_file
    from .fields import (
        DateField,
        FileField,
        FilesField,
        LongTextField,
        NumberField,
        PhoneField,
        PickField,
        RadioCards,
        in_clear,
    )
    from .lists import DO, PICK, PICK_ALL, Bulk, ListPage
    from .names import own_name, workers_are_called
    from .pages import Nav, ObjectMixin, Page
    from .registry import every_page, page, page_named
    from .reveals import RevealForm, RevealPage
    from .search import Hit, searchable
    from .trees import Branch, Node, TreePage
    from .values import Crumb, Empty, Event, Masked, Stat, Step, Tab, Tag
    from .wording import speak

__getattr__, __all__ = face(__name__, __file__)

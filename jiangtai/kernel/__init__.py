"""The ground: what every room needs and no user sees by name.

Ids, the one clock, working days, declared parameters, quantities, national codes, ciphers, the RFC 6962 tree,
masking, pinyin, the catalogue of declarations, jobs, files, the SMS port, the home and the embedded database.
"""

from typing import TYPE_CHECKING

from jiangtai.kernel.face import face

if TYPE_CHECKING:
    from . import (
        clock,
        codes,
        crypto,
        filetypes,
        ids,
        jobs,
        masking,
        merkle,
        osfaults,
        parameters,
        pinyin,
        quantities,
        queue,
        sms,
        typeset,
        workdays,
    )
    from .calendar import office_calendar, publish_year
    from .catalog import Declaration, basis_words, catalog, declare
    from .columns import add_many, array
    from .embedded import Cluster, EmbeddedError
    from .extents import refuse_vast
    from .files import FileRefused, forget_file, keep_file, open_file
    from .formulas import formulas_on, reaches_out, refuse_links
    from .home import Home
    from .ids import new_id, new_ids, read_id
    from .models import CalendarYear, JobFailure, StoredFile
    from .periods import Period, PeriodError, quarter_called
    from .rows import AppendOnly, Row, row_with
    from .workbooks import new_workbook

__getattr__, __all__ = face(__name__, __file__)

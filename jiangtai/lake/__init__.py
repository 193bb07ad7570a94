"""The lake: register, units and ledger once more, as columns in files, for whoever reads all of it at once.

A user never meets it but by its age: the figures say as of which moment they are. A refresh takes over what the ledger
placed since the last one; what it writes counts only once the manifest names it, so that a reader sees one moment and
a killed refresh leaves nothing. Personal columns are not there: people are numbers here.
"""

from typing import TYPE_CHECKING

from jiangtai.kernel.face import face

if TYPE_CHECKING:
    from .manifest import Busy, Manifest, folder_of
    from .past import OVERWRITTEN, known_at, register_known_at
    from .reading import Lake, NoLake, opened, parquet
    from .refreshing import Lag, Report, Status, lag_of, rebuild, refresh, status
    from .tables import (
        EMPLOYMENTS,
        LINEAGE,
        MEMBERSHIPS,
        PERSONS,
        REVERSED,
        STANDS,
        SUBJECTS,
        UNITS,
        Table,
        every_table,
        fact_table,
        reference,
    )

__getattr__, __all__ = face(__name__, __file__)

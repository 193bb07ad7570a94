"""What the pages themselves keep: saved views, and nothing of any domain."""

from django.db import models

from jiangtai.kernel import new_id


class SavedView(models.Model):
    """A list's conditions, order and columns under a name, kept for one account."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account_id = models.UUIDField()
    page = models.CharField(max_length=100)
    name = models.CharField(max_length=20)
    query = models.CharField(max_length=1000, blank=True)

    class Meta:
        """A name is used once per page and account."""

        verbose_name = verbose_name_plural = "视图"

        constraints = [
            models.UniqueConstraint(fields=["account_id", "page", "name"], name="web_savedview_once_by_name")
        ]

    def __str__(self) -> str:
        return self.name

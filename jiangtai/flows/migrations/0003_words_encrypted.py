"""Places for what is typed about a person, encrypted under the person's key."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Beside the old places, which the next two migrations empty and take away."""

    dependencies = [("flows", "0002_case_numbers")]
    operations = [
        migrations.AddField("attachment", "secret", models.BinaryField(null=True, verbose_name="文件名（已加密）")),
        migrations.AddField("move", "secret", models.BinaryField(null=True, verbose_name="理由（已加密）")),
        migrations.AddField("objection", "answer_secret", models.BinaryField(null=True, verbose_name="答复（已加密）")),
        migrations.AddField("seat", "secret", models.BinaryField(null=True, verbose_name="转办理由（已加密）")),
        migrations.AlterField("move", "why", models.CharField(blank=True, max_length=40, verbose_name="缘由")),
        migrations.AlterField("seat", "why", models.CharField(blank=True, max_length=200, verbose_name="回避规则")),
    ]

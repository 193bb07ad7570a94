"""The lights as pages show them: a word and a tone for each colour."""

from jiangtai.web import Tag

from ..lights import AMBER, GREEN, NONE, RED

LIGHTS = {
    GREEN: Tag("绿灯", "ok"),
    AMBER: Tag("黄灯", "warn"),
    RED: Tag("红灯", "bad"),
    NONE: Tag("未亮灯", "plain"),
}

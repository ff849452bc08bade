"""Pictures of a rendered page and their captions."""

from __future__ import annotations

from extract.model import Image
from extract.parsing.html_links import LinkReader
from extract.parsing.html_nodes import Words, read_data, read_file
from extract.parsing.html_state import SKIP, Element, Leave, Sink
from extract.wikitext import normalize_title

__all__ = ["PictureReader"]


class PictureReader(LinkReader):
    """Reads figures, thumbnails, galleries and pictures that are missing."""

    def picture_tag(self, element: Element) -> Leave:
        """Read a picture."""
        alternative = (element.attributes.get("alt") or "") + (
            element.attributes.get("title") or ""
        )
        if alternative and any(mark in alternative for mark in self.words.pencils):
            self.sinks[-1].from_wikidata = True
            return SKIP
        name = read_file(element.attributes)
        if name is None and element.node.parent is not None:
            name = (
                read_file(element.node.parent.attributes)
                if element.node.parent.tag == "a"
                else None
            )
        if name:
            self.add_file(name)
        self.run.drop()
        return SKIP

    def open_picture(self, element: Element) -> Leave:
        """Begin a figure, a thumbnail or an item of a gallery."""
        around = self.sinks[-1]
        inline = element.tag == "span" and around.kind != "picture"
        if inline:
            self.run.drop()
        else:
            self.break_block()
        sink = self.push(Sink("picture"))
        caption = read_data(element.attributes).get("caption")
        if isinstance(caption, str) and any(mark in caption for mark in self.words.pencils):
            sink.from_wikidata = True
        sink.image_id = len(self.images)
        self.images.append(Image(len(self.images), len(self.sections) - 1, "", None))
        self.place_in_box(around)

        def leave() -> None:
            _, done = self.pop()
            number = sink.image_id or 0
            image = self.images[number]
            name = sink.files[0] if sink.files else _file_from(done.text, self.words)
            if sink.from_wikidata:
                around.from_wikidata, name = True, ""
            self.images[number] = image._replace(file=name)
            for other in sink.files[1:]:
                self.images.append(image._replace(image_id=len(self.images), file=other))
            if around.kind == "box" and name:
                around.files.append(name)
            if not inline:
                self.break_block()

        return leave

    def figure_caption(self, _: Element) -> Leave:
        """Begin the caption of a figure."""
        return self.open_caption() if self.sinks[-1].kind == "picture" else self.block()

    def open_caption(self) -> Leave:
        """Begin a caption."""
        picture = self.sinks[-1]
        sink = self.push(Sink("caption"))
        sink.image_id = picture.image_id
        around = next((one for one in reversed(self.sinks[:-2]) if one.kind == "box"), None)

        def leave() -> None:
            _, done = self.pop()
            number = sink.image_id or 0
            image = self.images[number]
            self.images[number] = image._replace(caption=image.caption or done.text or None)
            if around is not None:
                for _, mark in done.marks:
                    mark.context, mark.cell, mark.image_id = "infobox", around.cell, None

        return leave

    def broken_picture(self, element: Element) -> Leave | None:
        """Read what stands for a missing picture."""
        name = read_file(element.attributes) if element.attributes.get("resource") else None
        if name and any(
            mark in (element.node.text(deep=True) or "") for mark in self.words.pencils
        ):
            self.sinks[-1].from_wikidata = True
            return SKIP
        if name:
            self.add_file(name)
            return SKIP
        return None


def _file_from(text: str, words: Words) -> str:
    """Return the file name that stands where a picture is missing."""
    name = normalize_title(text.partition("\n")[0])
    prefix, colon, rest = name.partition(":")
    if colon and prefix.strip().lower() in words.files:
        name = rest.strip()
    return name

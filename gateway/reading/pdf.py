"""PDF to text: the text layer, notes stuck on the pages, and what was typed into a form's fields."""

from __future__ import annotations

import ctypes
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from gateway.reading.documents import DocumentText
from gateway.reading.limits import IMAGE_ONLY_CHARACTERS, ReadingLimits

_OUTLINES_THAT_MAY_BE_WORDS = 40
_MOST_ANNOTATIONS = 2_000
_NOTE_KEYS = (b"Contents", b"Subj", b"V")
_DRAWN = (pdfium_c.FPDF_ANNOT_INK, pdfium_c.FPDF_ANNOT_STAMP)
_XFA = (pdfium_c.FORMTYPE_XFA_FULL, pdfium_c.FORMTYPE_XFA_FOREGROUND)


def read_pdf(data: bytes, limits: ReadingLimits) -> DocumentText:
    """Every page's words. What may hold words that no layer gives (pictures, ink, files inside) is named a problem."""
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        return DocumentText("", "encrypted PDF" if "assword" in str(error) else "damaged PDF")
    try:
        document.init_forms()
        return _read(document, limits)
    finally:
        document.close()


def _read(document: Any, limits: ReadingLimits) -> DocumentText:
    deadline = time.monotonic() + limits.document_seconds
    pages: list[str] = []
    blind = broken = drawn = 0
    count = len(document)
    for number in range(min(count, limits.pdf_pages)):
        if time.monotonic() > deadline or sum(map(len, pages)) > limits.text_characters:
            return DocumentText("\n\n".join(pages), f"PDF read up to page {number} of {count}", incomplete=True)
        try:
            page = document[number]
            text = _layer(page)
            if len(text) < IMAGE_ONLY_CHARACTERS and _shows_something(page):
                blind += 1
            notes, unwritten = _annotations(page, document.formenv)
            page.close()
        except pdfium.PdfiumError:
            broken += 1
            continue
        drawn += unwritten
        pages.extend(filter(None, (text, *notes)))
    whole = "\n\n".join(pages)
    if count > limits.pdf_pages:
        return DocumentText(whole, f"PDF of {count} pages, {limits.pdf_pages} read", incomplete=True)
    problems = (
        (broken, f"{broken} damaged PDF pages"),
        (blind, f"{blind} PDF pages with a picture and no text"),
        (drawn, f"{drawn} drawn notes in a PDF"),
        (pdfium_c.FPDF_GetFormType(document) in _XFA, "a PDF form of a kind that cannot be read (XFA)"),
        (pdfium_c.FPDFDoc_GetAttachmentCount(document), "a PDF with files inside"),
        (count == 0, "PDF without pages"),
    )
    return DocumentText(whole, next((text for found, text in problems if found), None))


def _layer(page: Any) -> str:
    text_page = page.get_textpage()
    text = str(text_page.get_text_range())
    text_page.close()
    return _plain(text)


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").replace("\ufffe", "").strip()


def _shows_something(page: Any) -> bool:
    """Whether a page draws a picture or enough outlines to be words: both may hold text that no layer gives."""
    kinds = [item.type for item in page.get_objects(max_depth=4)]
    many = kinds.count(pdfium_c.FPDF_PAGEOBJ_PATH) > _OUTLINES_THAT_MAY_BE_WORDS
    return pdfium_c.FPDF_PAGEOBJ_IMAGE in kinds or many


def _annotations(page: Any, form: Any) -> tuple[list[str], int]:
    """(the words of a page's notes and form fields, how many notes were drawn and say nothing in letters)."""
    words: dict[str, None] = {}
    drawn = 0
    for number in range(min(pdfium_c.FPDFPage_GetAnnotCount(page), _MOST_ANNOTATIONS)):
        annotation = pdfium_c.FPDFPage_GetAnnot(page, number)
        if not annotation:
            continue
        said = [text for text in _said(annotation, form) if text]
        words.update(dict.fromkeys(said))
        drawn += not said and pdfium_c.FPDFAnnot_GetSubtype(annotation) in _DRAWN
        pdfium_c.FPDFPage_CloseAnnot(annotation)
    return list(words), drawn


def _said(annotation: Any, form: Any) -> Iterator[str]:
    for key in _NOTE_KEYS:
        yield _string(partial(pdfium_c.FPDFAnnot_GetStringValue, annotation, key))
    if form is not None:
        yield _string(partial(pdfium_c.FPDFAnnot_GetFormFieldValue, form, annotation))


def _string(read: Callable[[Any, int], int]) -> str:
    """A string that PDFium writes as UTF-16 into a buffer of the size (bytes) it asks for."""
    size = int(read(None, 0))
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    read(ctypes.cast(buffer, ctypes.POINTER(pdfium_c.FPDF_WCHAR)), size)
    return _plain(buffer.raw[:size].decode("utf-16-le", "replace"))

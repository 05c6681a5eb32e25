#pragma once

#include <stddef.h>
#include <stdint.h>

/// How a paragraph looks.
typedef enum {
    CTypesetting_body = 0,
    CTypesetting_heading = 1,
    CTypesetting_title = 2,
} CTypesetting_style;

/// Valid UTF-8 without zero bytes; lines end with a line feed. Right-to-left text runs from the right.
typedef struct {
    const char *text;
    size_t byte_count;
    CTypesetting_style style;
} CTypesetting_paragraph;

typedef struct {
    const CTypesetting_paragraph *paragraphs;
    size_t count;
    /// Above the text of every page, and below it beside the page's number. Valid UTF-8, one line, end with a zero byte.
    const char *header;
    const char *footer;
    /// Of the document's information: UTF-8, end with a zero byte.
    const char *title;
    const char *author;
    /// ISO 8601, for example 2026-11-21T11:04:47Z.
    const char *created;
} CTypesetting_document;

typedef struct {
    /// To be given to `CTypesetting_free`.
    uint8_t *bytes;
    size_t count;
    /// Characters that no font of this machine has; boxes stand for them.
    int unknown_glyphs;
    /// Says why when there are no bytes.
    char error[128];
} CTypesetting_pdf;

/// Sets a document on A4 pages, as PDF with its fonts inside. May be called from several threads.
void CTypesetting_set(const CTypesetting_document *document, CTypesetting_pdf *pdf);

void CTypesetting_free(CTypesetting_pdf *pdf);

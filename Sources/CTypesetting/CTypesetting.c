#include "CTypesetting.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Points: 72 to an inch.
static const double page_width = 595.28, page_height = 841.89, margin = 62, small_text = 8.5;

typedef struct {
    cairo_t *cairo;
    PangoLayout *header, *footer;
    double y;
    int page, pages, unknown_glyphs;
} Page;

static cairo_status_t keep(void *context, const unsigned char *bytes, unsigned int count) {
    CTypesetting_pdf *pdf = context;
    uint8_t *grown = realloc(pdf->bytes, pdf->count + count + 1);
    if (!grown) return CAIRO_STATUS_NO_MEMORY;
    memcpy(grown + pdf->count, bytes, count);
    pdf->bytes = grown;
    pdf->count += count;
    return CAIRO_STATUS_SUCCESS;
}

static cairo_status_t forget(void *context, const unsigned char *bytes, unsigned int count) {
    (void)context, (void)bytes, (void)count;
    return CAIRO_STATUS_SUCCESS;
}

static PangoLayout *layout_of(cairo_t *cairo, double size, int bold) {
    PangoLayout *layout = pango_cairo_create_layout(cairo);
    PangoFontDescription *font = pango_font_description_new();
    pango_font_description_set_family_static(font, "DejaVu Sans, Sans");
    pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
    if (bold) pango_font_description_set_weight(font, PANGO_WEIGHT_BOLD);
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
    pango_layout_set_width(layout, (int)((page_width - 2 * margin) * PANGO_SCALE));
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    return layout;
}

static void show_frame(Page *page) {
    char number[64];
    if (page->pages > 0) snprintf(number, sizeof number, "%d / %d", page->page, page->pages);
    else snprintf(number, sizeof number, "%d", page->page);
    cairo_set_source_rgb(page->cairo, 0.3, 0.3, 0.3);
    cairo_move_to(page->cairo, margin, margin - 26);
    pango_cairo_show_layout(page->cairo, page->header);
    cairo_move_to(page->cairo, margin, page_height - margin + 12);
    pango_cairo_show_layout(page->cairo, page->footer);
    PangoLayout *layout = layout_of(page->cairo, small_text, 0);
    pango_layout_set_text(layout, number, -1);
    pango_layout_set_alignment(layout, PANGO_ALIGN_RIGHT);
    cairo_move_to(page->cairo, margin, page_height - margin + 12);
    pango_cairo_show_layout(page->cairo, layout);
    g_object_unref(layout);
    cairo_set_source_rgb(page->cairo, 0, 0, 0);
}

static void begin_page(Page *page) {
    page->page += 1;
    page->y = margin;
    show_frame(page);
}

static void show_paragraph(Page *page, const CTypesetting_paragraph *paragraph) {
    const double sizes[] = {10.5, 11.5, 16}, before[] = {2, 10, 0}, after[] = {4, 3, 8};
    const int style = paragraph->style;
    PangoLayout *layout = layout_of(page->cairo, sizes[style], style != CTypesetting_body);
    pango_layout_set_text(layout, paragraph->text, (int)paragraph->byte_count);
    page->unknown_glyphs += pango_layout_get_unknown_glyphs_count(layout);
    PangoLayoutIter *line = pango_layout_get_iter(layout);
    page->y += page->y > margin ? before[style] : 0;
    do {
        PangoRectangle extents;
        pango_layout_iter_get_line_extents(line, NULL, &extents);
        const double height = (double)extents.height / PANGO_SCALE;
        // A heading stays with two lines of its text.
        const double needed = style == CTypesetting_body ? height : height + 34;
        if (page->y + needed > page_height - margin && page->y > margin) {
            cairo_show_page(page->cairo);
            begin_page(page);
        }
        const double baseline = (double)(pango_layout_iter_get_baseline(line) - extents.y) / PANGO_SCALE;
        cairo_move_to(page->cairo, margin + (double)extents.x / PANGO_SCALE, page->y + baseline);
        pango_cairo_show_layout_line(page->cairo, pango_layout_iter_get_line_readonly(line));
        page->y += height;
    } while (pango_layout_iter_next_line(line));
    page->y += after[style];
    pango_layout_iter_free(line);
    g_object_unref(layout);
}

// Sets everything once and returns how many pages that took. `pages` is shown; 0 for not known yet.
static int set_pages(cairo_surface_t *surface, const CTypesetting_document *document, int pages, int *unknown_glyphs) {
    Page page = {.cairo = cairo_create(surface), .pages = pages};
    page.header = layout_of(page.cairo, small_text, 0);
    page.footer = layout_of(page.cairo, small_text, 0);
    pango_layout_set_ellipsize(page.header, PANGO_ELLIPSIZE_END);
    pango_layout_set_ellipsize(page.footer, PANGO_ELLIPSIZE_END);
    // Room for the page's number.
    pango_layout_set_width(page.footer, (int)((page_width - 2 * margin - 70) * PANGO_SCALE));
    pango_layout_set_text(page.header, document->header, -1);
    pango_layout_set_text(page.footer, document->footer, -1);
    begin_page(&page);
    for (size_t index = 0; index < document->count; index++) show_paragraph(&page, &document->paragraphs[index]);
    cairo_show_page(page.cairo);
    g_object_unref(page.header);
    g_object_unref(page.footer);
    cairo_destroy(page.cairo);
    *unknown_glyphs = page.unknown_glyphs;
    return page.page;
}

void CTypesetting_set(const CTypesetting_document *document, CTypesetting_pdf *pdf) {
    memset(pdf, 0, sizeof *pdf);
    // Once to count the pages.
    cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(forget, NULL, page_width, page_height);
    const int pages = set_pages(surface, document, 0, &pdf->unknown_glyphs);
    cairo_surface_destroy(surface);
    surface = cairo_pdf_surface_create_for_stream(keep, pdf, page_width, page_height);
    cairo_pdf_surface_restrict_to_version(surface, CAIRO_PDF_VERSION_1_5);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, document->title);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_AUTHOR, document->author);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "Veilray");
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, document->created);
    set_pages(surface, document, pages, &pdf->unknown_glyphs);
    cairo_surface_finish(surface);
    const cairo_status_t status = cairo_surface_status(surface);
    cairo_surface_destroy(surface);
    if (status == CAIRO_STATUS_SUCCESS && pdf->count > 0) return;
    snprintf(pdf->error, sizeof pdf->error, "%s", cairo_status_to_string(status));
    CTypesetting_free(pdf);
}

void CTypesetting_free(CTypesetting_pdf *pdf) {
    if (pdf->bytes) {
        explicit_bzero(pdf->bytes, pdf->count);
        free(pdf->bytes);
    }
    pdf->bytes = NULL;
    pdf->count = 0;
}

#pragma once
#include <openjpeg-2.5/openjpeg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/// A codestream that grows while OpenJPEG writes and seeks in it.
typedef struct {
    uint8_t *bytes;
    size_t length;
    size_t capacity;
    size_t position;
} memory_file;

static inline bool memory_file_reserve(memory_file *file, size_t end) {
    if (end <= file->capacity) return true;
    size_t capacity = file->capacity * 2 > end ? file->capacity * 2 : end;
    uint8_t *bytes = (uint8_t *)realloc(file->bytes, capacity);
    if (bytes == NULL) return false;
    file->bytes = bytes;
    file->capacity = capacity;
    return true;
}

static inline OPJ_SIZE_T memory_file_write(void *bytes, OPJ_SIZE_T count, void *user) {
    memory_file *file = (memory_file *)user;
    if (count > SIZE_MAX - file->position || !memory_file_reserve(file, file->position + count)) return (OPJ_SIZE_T)-1;
    // What a seek has passed over and nobody has written. The rest of the capacity is left untouched, so that it takes no memory.
    if (file->position > file->length) memset(file->bytes + file->length, 0, file->position - file->length);
    memcpy(file->bytes + file->position, bytes, count);
    file->position += count;
    if (file->position > file->length) file->length = file->position;
    return count;
}

static inline OPJ_BOOL memory_file_seek(OPJ_OFF_T position, void *user) {
    if (position < 0) return OPJ_FALSE;
    ((memory_file *)user)->position = (size_t)position;
    return OPJ_TRUE;
}

static inline OPJ_OFF_T memory_file_skip(OPJ_OFF_T count, void *user) {
    memory_file *file = (memory_file *)user;
    return memory_file_seek((OPJ_OFF_T)file->position + count, user) ? count : -1;
}

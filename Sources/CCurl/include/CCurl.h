#pragma once

#include <stddef.h>
#include <stdint.h>

/// One HTTPS exchange with client certificate. Strings end with a zero byte.
typedef struct {
    /// `https://…`; nothing else is spoken, and no redirection is followed.
    const char *url;
    /// `GET`, or `POST` with `body` as JSON.
    const char *method;
    const uint8_t *body;
    size_t body_count;
    /// PEM files: this side's certificate and key, and the authority that the other side's certificate must come from.
    const char *certificate;
    const char *key;
    const char *authority;
    /// Seconds for the whole exchange.
    long timeout;
    /// The most bytes of an answer that are taken.
    size_t limit;
} CCurl_request;

typedef struct {
    /// The HTTP status; 0 when there was no exchange, and `error` says why.
    long status;
    /// To be given to `CCurl_free_answer`.
    uint8_t *bytes;
    size_t count;
    char error[256];
} CCurl_answer;

/// Blocks until the answer is there, the time is over, or something failed. May be called from several threads.
void CCurl_exchange(const CCurl_request *request, CCurl_answer *answer);

void CCurl_free_answer(CCurl_answer *answer);

#include "CCurl.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static pthread_once_t started = PTHREAD_ONCE_INIT;

static void start(void) { curl_global_init(CURL_GLOBAL_DEFAULT); }

typedef struct {
    CCurl_answer *answer;
    size_t limit;
} Sink;

static size_t take(char *bytes, size_t size, size_t count, void *context) {
    Sink *sink = context;
    CCurl_answer *answer = sink->answer;
    (void)size; // Always 1 (CURLOPT_WRITEFUNCTION(3)).
    if (count > sink->limit - answer->count) return 0;
    uint8_t *grown = realloc(answer->bytes, answer->count + count + 1);
    if (!grown) return 0;
    memcpy(grown + answer->count, bytes, count);
    answer->bytes = grown;
    answer->count += count;
    return count;
}

static CURLcode prepare(CURL *curl, const CCurl_request *request, Sink *sink, struct curl_slist *headers) {
#define SET(option, value) \
    do { \
        CURLcode code = curl_easy_setopt(curl, option, value); \
        if (code != CURLE_OK) return code; \
    } while (0)
    SET(CURLOPT_ERRORBUFFER, sink->answer->error);
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_PROTOCOLS_STR, "https");
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_PROXY, "");
    SET(CURLOPT_URL, request->url);
    SET(CURLOPT_TIMEOUT, request->timeout);
    SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    SET(CURLOPT_SSL_VERIFYPEER, 1L);
    SET(CURLOPT_SSL_VERIFYHOST, 2L);
    SET(CURLOPT_CAINFO, request->authority);
    SET(CURLOPT_CAPATH, NULL);
    SET(CURLOPT_SSLCERT, request->certificate);
    SET(CURLOPT_SSLKEY, request->key);
    SET(CURLOPT_WRITEFUNCTION, take);
    SET(CURLOPT_WRITEDATA, sink);
    SET(CURLOPT_HTTPHEADER, headers);
    if (strcmp(request->method, "POST") == 0) {
        SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_count);
        SET(CURLOPT_POSTFIELDS, request->body_count ? (const char *)request->body : "");
    } else {
        SET(CURLOPT_HTTPGET, 1L);
    }
#undef SET
    return CURLE_OK;
}

void CCurl_exchange(const CCurl_request *request, CCurl_answer *answer) {
    memset(answer, 0, sizeof *answer);
    pthread_once(&started, start);
    CURL *curl = curl_easy_init();
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
    CURLcode code = CURLE_OUT_OF_MEMORY;
    if (curl && headers) {
        Sink sink = {answer, request->limit};
        code = prepare(curl, request, &sink, headers);
        if (code == CURLE_OK) code = curl_easy_perform(curl);
        if (code == CURLE_OK) curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer->status);
    }
    if (code != CURLE_OK && !answer->error[0]) snprintf(answer->error, sizeof answer->error, "%s", curl_easy_strerror(code));
    curl_slist_free_all(headers);
    if (curl) curl_easy_cleanup(curl);
}

void CCurl_free_answer(CCurl_answer *answer) {
    if (answer->bytes) {
        explicit_bzero(answer->bytes, answer->count);
        free(answer->bytes);
    }
    answer->bytes = NULL;
    answer->count = 0;
}

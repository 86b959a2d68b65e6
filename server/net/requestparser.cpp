#include "server/net/requestparser.h"

#include <http_parser.h>

namespace hearth {

std::optional<QByteArray> RequestHead::header(QByteArrayView name) const
{
    std::optional<QByteArray> all;
    for (const auto &[key, value] : headers) {
        if (key == name)
            all = all ? *all + ", " + value.trimmed() : value.trimmed();
    }
    return all;
}

class RequestParser::Private
{
public:
    Private(qsizetype bytes, int lines) : maxBytes(bytes), maxLines(lines)
    {
        http_parser_init(&parser, HTTP_REQUEST);
        parser.data = this;
        http_parser_settings_init(&settings);
        settings.on_url = [](http_parser *p, const char *at, size_t length) {
            self(p).head.target.append(at, static_cast<qsizetype>(length));
            return 0;
        };
        settings.on_header_field = [](http_parser *p, const char *at, size_t length) {
            auto &all = self(p).head.headers;
            if (self(p).wasValue)
                all.emplaceBack();
            self(p).wasValue = false;
            all.last().first.append(QByteArray(at, static_cast<qsizetype>(length)).toLower());
            return 0;
        };
        settings.on_header_value = [](http_parser *p, const char *at, size_t length) {
            self(p).wasValue = true;
            self(p).head.headers.last().second.append(at, static_cast<qsizetype>(length));
            return 0;
        };
        settings.on_headers_complete = [](http_parser *p) {
            Private &d = self(p);
            d.head.isGet = p->method == HTTP_GET;
            d.head.isHttp11 = p->http_major == 1 && p->http_minor >= 1;
            d.head.isUpgrade = p->upgrade != 0;
            d.isComplete = true;
            return 2; // whatever follows is not a body (http_parser.h)
        };
    }

    static Private &self(http_parser *p) { return *static_cast<Private *>(p->data); }

    http_parser parser {};
    http_parser_settings settings {};
    RequestHead head;
    QByteArray received;
    qsizetype headSize = 0;
    qsizetype maxBytes;
    int maxLines;
    bool wasValue = true;
    bool isComplete = false;
};

RequestParser::RequestParser(qsizetype maxBytes, int maxLines)
    : d(std::make_unique<Private>(maxBytes, maxLines))
{
}

RequestParser::~RequestParser() = default;

RequestParser::State RequestParser::feed(QByteArrayView bytes)
{
    const qsizetype before = d->received.size();
    d->received.append(bytes);
    const size_t parsed = http_parser_execute(&d->parser, &d->settings, bytes.data(), static_cast<size_t>(bytes.size()));
    if (d->isComplete) {
        d->headSize = before + static_cast<qsizetype>(parsed);
        if (d->received.at(d->headSize - 1) != '\n')
            return State::Malformed; // http_parser asks for every line feed but the last one
        const bool isTooLarge = (d->maxBytes > 0 && d->headSize > d->maxBytes)
            || (d->maxLines > 0 && d->head.headers.size() > d->maxLines);
        return isTooLarge ? State::TooLarge : State::Complete;
    }
    if (HTTP_PARSER_ERRNO(&d->parser) != HPE_OK)
        return HTTP_PARSER_ERRNO(&d->parser) == HPE_HEADER_OVERFLOW ? State::TooLarge : State::Malformed;
    if ((d->maxBytes > 0 && d->received.size() > d->maxBytes)
        || (d->maxLines > 0 && d->head.headers.size() > d->maxLines))
        return State::TooLarge;
    return State::Incomplete;
}

const RequestHead &RequestParser::head() const { return d->head; }

QByteArray RequestParser::rest() const { return d->received.sliced(d->headSize); }

} // namespace hearth

#pragma once

#include <QByteArray>

namespace hearth {

/// A plain HTTP answer, after which the connection ends.
struct HttpResponse
{
    int status = 404;
    QByteArray contentType = "text/plain; charset=utf-8";
    QByteArray body;

    /// As it goes over the wire; `extraHeaders` are whole lines.
    [[nodiscard]] QByteArray toBytes(const QByteArray &extraHeaders = {}) const;
};

} // namespace hearth

#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QList>

#include <memory>
#include <optional>

namespace hearth {

/// The head of an HTTP/1.x request.
struct RequestHead
{
    bool isGet = false;
    bool isHttp11 = false;
    bool isUpgrade = false; ///< `Connection: upgrade` stands beside `Upgrade`
    QByteArray target; ///< as asked for
    QList<std::pair<QByteArray, QByteArray>> headers; ///< names in lower case

    /// The first one's value, trimmed; nothing when there is none.
    [[nodiscard]] std::optional<QByteArray> header(QByteArrayView name) const;
};

/// Reads a request head as it comes in, within bounds.
class RequestParser
{
public:
    enum class State { Incomplete, Complete, Malformed, TooLarge };

    RequestParser(qsizetype maxBytes, int maxLines);
    ~RequestParser();
    RequestParser(const RequestParser &) = delete;
    RequestParser &operator=(const RequestParser &) = delete;

    State feed(QByteArrayView bytes);
    [[nodiscard]] const RequestHead &head() const;
    /// Every byte of the head up to and with its empty line.
    [[nodiscard]] QByteArray headBytes() const;
    /// What came after it.
    [[nodiscard]] QByteArray rest() const;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace hearth

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

    /// The value, trimmed; of several with that name, all with commas between (RFC 9110 §5.3). Nothing when there
    /// is none.
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
    /// What came after the head.
    [[nodiscard]] QByteArray rest() const;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace hearth

#pragma once

#include "protocol/result.h"

#include <QLocalServer>
#include <QObject>
#include <QString>

#include <functional>

class QLocalSocket;

namespace hearth {

/// Where whoever administers this computer speaks with a server that runs: a local socket that only the owner of the data
/// directory can open. One line of JSON in, a client's frame; one line out, its reply; then it is closed.
class Console : public QObject
{
    Q_OBJECT

public:
    using Answered = std::function<void(const QByteArray &frame)>;
    using Ask = std::function<void(const QByteArray &frame, Answered answered)>;

    /// `ask` is called with each request; it may answer later, or never.
    explicit Console(Ask ask, QObject *parent = nullptr);

    /// Must hold the directory's lock: a socket that a dead server left there is replaced. The error is for the log.
    [[nodiscard]] Result<void, QString> listen(const QString &dataDirectory);

    /// Where the socket of a data directory is: in it, or, where that path is longer than a socket's may be, under a
    /// name of its own among this user's run-time files. Empty where there can be none (data in memory).
    [[nodiscard]] static QString path(const QString &dataDirectory);

private:
    void welcome(QLocalSocket *socket);

    Ask m_ask;
    QLocalServer m_server;
};

} // namespace hearth

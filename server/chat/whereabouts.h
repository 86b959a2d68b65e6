#pragma once

#include "protocol/fingerprint.h"

#include <QByteArray>
#include <QHostAddress>
#include <QList>

#include <optional>

namespace hearth {

/// Where a server can be joined. What it says of itself to whoever administers its computer: one line at its console.
struct Whereabouts
{
    QList<QHostAddress> addresses; ///< of this computer, at which others reach it
    quint16 port = 0; ///< 0: not known before it starts
    Fingerprint fingerprint; ///< of its key; null without TLS

    /// What is asked for them. No frame of the protocol: nobody can ask it through the network.
    [[nodiscard]] static QByteArray question();
    [[nodiscard]] QByteArray answer() const;
    /// Nothing for another answer: an older server knows no such question.
    [[nodiscard]] static std::optional<Whereabouts> fromAnswer(const QByteArray &line);

    friend bool operator==(const Whereabouts &, const Whereabouts &) = default;
};

} // namespace hearth

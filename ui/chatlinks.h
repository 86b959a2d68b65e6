#pragma once

#include "protocol/fingerprint.h"
#include "protocol/ids.h"

#include <QStringList>
#include <QUrl>

#include <optional>

namespace hearth {

/// Where others can join a chat, and what they open to do so.
class ChatLinks
{
public:
    ChatLinks() = default;
    /// Of a chat that is hosted here, under addresses as people know them, best first. `key` is null without TLS.
    [[nodiscard]] static ChatLinks ofHost(const QStringList &addresses, const Fingerprint &key);
    /// Of a chat that was joined; one joined without TLS is passed on as it was typed.
    [[nodiscard]] static ChatLinks ofServer(const QUrl &url, const Fingerprint &key);

    /// As shown to people; never empty, but in a default-made one.
    [[nodiscard]] const QStringList &addresses() const { return m_addresses; }
    /// For one of the addresses, without an invite. Whoever opens it is not asked about the key.
    [[nodiscard]] QString plain(qsizetype which = 0) const;
    /// The same with the code of an invite; without a room to the lobby.
    [[nodiscard]] QString invite(qsizetype which, const std::optional<RoomId> &room, const QString &code) const;
    /// Whether all of them are of use on this computer only.
    [[nodiscard]] bool areForThisComputer() const;

private:
    QStringList m_addresses;
    QUrl m_plainUrl; ///< ws://, where that is how it was joined
    Fingerprint m_key;
};

} // namespace hearth

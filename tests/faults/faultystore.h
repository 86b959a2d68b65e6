#pragma once

#include "tests/support/forwardingstore.h"

#include <QHash>
#include <QSet>

#include <memory>
#include <optional>

namespace hearth::test {

/// A store with one mistake planted in it, over one without. It exists so that the checker is seen to find each of them;
/// no product links it.
class FaultyStore final : public ForwardingStore
{
    Q_OBJECT

public:
    enum class Mistake {
        AckBeforeCommit, ///< messages are answered at once, and committed half a second later
        NoDeduplication, ///< a `client_id` that was there before is stored again
        SwappedSeq, ///< two neighbouring events are told under each other's number
        DroppedTail, ///< `sync` leaves out the last event
        UnreadOffByOne,
    };
    [[nodiscard]] static std::optional<Mistake> mistakeOf(const QByteArray &name);

    FaultyStore(std::unique_ptr<EventStore> store, Mistake mistake, const StoreState &state);

    void createRoom(const RoomRecord &room, const QList<UserName> &members, Completion<QList<RoomEvent>> done) override;
    void append(const AppendRequest &request, Completion<Appended> done) override;
    void sync(const RoomId &room, Seq after, int limit, Completion<SyncPage> done) override;
    void counts(const UserName &user, Completion<QList<RoomCounts>> done) override;

private:
    void appendLate(const AppendRequest &request, const Completion<Appended> &done, bool isAnsweredNow);
    void storeAgain(const AppendRequest &request, const Completion<Appended> &done);
    [[nodiscard]] bool has(Mistake mistake) const { return m_mistake == mistake; }

    Mistake m_mistake;
    QHash<RoomId, qint64> m_lastSeq; ///< that an answer before the commit gives out
    QSet<QString> m_seen; ///< user and client id
};

} // namespace hearth::test

#pragma once

#include "server/store/database.h"
#include "server/store/eventstore.h"

namespace hearth {

/// What the store's reads do, each in one snapshot of the database. Throws SqlFailure. Reader's thread.
class EventReader
{
public:
    /// Most UTF-16 units of text in one page, so that a page fits a connection's queue whatever the
    /// number of messages asked for; one message always fits.
    static constexpr qsizetype PageBudget = 128 * 1024;

    template <typename T>
    using Outcome = Result<T, StoreError>;

    explicit EventReader(Database &database);

    [[nodiscard]] Outcome<HistoryPage> history(const RoomId &room, std::optional<Seq> before, int limit);
    [[nodiscard]] Outcome<SyncPage> sync(const RoomId &room, Seq after, int limit);
    [[nodiscard]] Outcome<QList<RoomCounts>> counts(const UserName &user);
    /// Newest first over all rooms.
    [[nodiscard]] Outcome<HistoryPage> search(const SearchQuery &query);
    /// Everything that the chat keeps in memory.
    [[nodiscard]] StoreState state();

private:
    void addReactions(const RoomId &room, qint64 roomId, QList<MessageSnapshot> &messages);

    Database &m_database;
};

} // namespace hearth

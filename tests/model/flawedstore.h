#pragma once

#include "tests/support/forwardingstore.h"

#include <QHash>

#include <memory>

namespace hearth::test {

/// A store with one planted mistake, to see that the model test finds it.
class FlawedStore final : public ForwardingStore
{
    Q_OBJECT

public:
    enum class Flaw {
        None,
        UnreadOffByOne, ///< one too many where there is something unread
        EditIsForgotten, ///< acknowledged, told, and not to be seen in `history`
        NoDeduplication, ///< a client id that is known is a new message
        SwappedPage, ///< the last two events of a `sync` in the wrong order
        DroppedTail, ///< the last event of a `sync` is missing
        ReadGoesBack, ///< a read mark moves to where it is told to
        ExpiresTooMuch, ///< a month more than it is told to
    };

    FlawedStore(std::unique_ptr<EventStore> store, Flaw flaw) : ForwardingStore(std::move(store)), m_flaw(flaw) { }

    void append(const AppendRequest &request, Completion<Appended> done) override;
    void markRead(const RoomId &room, const UserName &user, Seq seq, Completion<Seq> done) override;
    void expire(const RoomId &room, const QDateTime &cutoff, int atMost, Completion<Expired> done) override;
    void history(const RoomId &room, std::optional<Seq> before, int limit, Completion<HistoryPage> done) override;
    void sync(const RoomId &room, Seq after, int limit, Completion<SyncPage> done) override;
    void counts(const UserName &user, Completion<QList<RoomCounts>> done) override;

private:
    Flaw m_flaw;
    QHash<std::pair<RoomId, Seq>, QString> m_firstWords; ///< of each message
    int m_strangers = 0; ///< client ids that were replaced
};

} // namespace hearth::test

#include "tests/model/flawedstore.h"

#include <algorithm>

namespace hearth::test {

using namespace Qt::Literals::StringLiterals;

void FlawedStore::append(const AppendRequest &request, Completion<Appended> done)
{
    AppendRequest changed = request;
    auto *message = std::get_if<MessagePosted>(&changed.body);
    if (m_flaw == Flaw::NoDeduplication && message != nullptr && message->clientId && !request.onlyRepeats)
        message->clientId = ClientId::parse(u"stranger-%1"_s.arg(++m_strangers)).value();
    ForwardingStore::append(changed, [this, request, done = std::move(done)](Result<Appended, StoreError> appended) {
        if (appended) {
            if (m_flaw == Flaw::NoDeduplication)
                appended->event.body = request.body;
            if (const auto *posted = std::get_if<MessagePosted>(&request.body))
                m_firstWords.insert({ request.room, appended->event.seq }, posted->content);
        }
        done(std::move(appended));
    });
}

void FlawedStore::markRead(const RoomId &room, const UserName &user, Seq seq, Completion<Seq> done)
{
    if (m_flaw != Flaw::ReadGoesBack) {
        ForwardingStore::markRead(room, user, seq, std::move(done));
        return;
    }
    ForwardingStore::markRead(room, user, seq, [seq, done = std::move(done)](Result<Seq, StoreError> mark) {
        if (mark)
            mark = std::min(*mark, seq);
        done(std::move(mark));
    });
}

void FlawedStore::expire(const RoomId &room, const QDateTime &cutoff, int atMost, Completion<Expired> done)
{
    ForwardingStore::expire(room, m_flaw == Flaw::ExpiresTooMuch ? cutoff.addDays(30) : cutoff, atMost, std::move(done));
}

void FlawedStore::history(const RoomId &room, std::optional<Seq> before, int limit, Completion<HistoryPage> done)
{
    ForwardingStore::history(room, before, limit, [this, done = std::move(done)](Result<HistoryPage, StoreError> page) {
        if (page && m_flaw == Flaw::EditIsForgotten) {
            for (MessageSnapshot &message : page->messages) {
                if (message.editedAt.isValid())
                    message.content = m_firstWords.value({ message.room, message.seq });
            }
        }
        done(std::move(page));
    });
}

void FlawedStore::sync(const RoomId &room, Seq after, int limit, Completion<SyncPage> done)
{
    ForwardingStore::sync(room, after, limit, [this, done = std::move(done)](Result<SyncPage, StoreError> page) {
        if (page && m_flaw == Flaw::SwappedPage && page->events.size() > 1)
            std::swap(page->events[page->events.size() - 1], page->events[page->events.size() - 2]);
        if (page && m_flaw == Flaw::DroppedTail && page->events.size() > 1)
            page->events.removeLast();
        done(std::move(page));
    });
}

void FlawedStore::counts(const UserName &user, Completion<QList<RoomCounts>> done)
{
    ForwardingStore::counts(user, [this, done = std::move(done)](Result<QList<RoomCounts>, StoreError> counts) {
        if (counts && m_flaw == Flaw::UnreadOffByOne) {
            for (RoomCounts &room : *counts)
                room.unread += room.unread > 0 ? 1 : 0;
        }
        done(std::move(counts));
    });
}

} // namespace hearth::test

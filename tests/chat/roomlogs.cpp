#include "tests/chat/roomlogs.h"

#include "tests/chat/chattestkit.h"

#include <QMap>

#include <algorithm>

namespace hearth::test {

namespace {

void react(MessageSnapshot &message, const UserName &user, const ReactionChanged &change)
{
    auto &all = message.reactions;
    auto place = std::find_if(all.begin(), all.end(), [&](const ReactionSummary &r) { return r.emoji == change.emoji; });
    if (place == all.end())
        place = all.insert(all.end(), ReactionSummary { change.emoji, {} });
    if (change.add)
        place->users.append(user);
    else
        place->users.removeAll(user);
    if (place->users.isEmpty())
        all.erase(place);
}

/// What a read of the store gives. The reader's thread is not the one that settling waits for.
template <typename Page, typename Read>
Page awaited(Chat &chat, const Read &read)
{
    std::optional<Page> page;
    read([&page](const Result<Page, StoreError> &given) { page = given.value(); });
    while (!page)
        chat.settle();
    return *page;
}

} // namespace

QList<MessageSnapshot> messagesOf(const QList<RoomEvent> &log)
{
    QMap<Seq, MessageSnapshot> all;
    for (const RoomEvent &event : log) {
        if (const auto *message = std::get_if<MessagePosted>(&event.body)) {
            all[event.seq] = { event.room, event.seq, event.user, message->content, event.timestamp, message->clientId,
                               message->replyTo, {}, false, {} };
        } else if (const auto *edit = std::get_if<MessageEdited>(&event.body)) {
            all[edit->target].content = edit->content;
            all[edit->target].editedAt = event.timestamp;
        } else if (const auto *deletion = std::get_if<MessageDeleted>(&event.body)) {
            MessageSnapshot &gone = all[deletion->target];
            gone.content.clear();
            gone.editedAt = {};
            gone.isDeleted = true;
            gone.reactions.clear();
        } else if (const auto *reaction = std::get_if<ReactionChanged>(&event.body)) {
            react(all[reaction->target], event.user, *reaction);
        }
    }
    return all.values();
}

RoomLogs::RoomLogs(Chat &chat, const QSet<RoomId> &rooms)
{
    for (const RoomId &room : rooms) {
        const Directory::Room *known = chat.directory().room(room);
        if (known == nullptr)
            continue;
        if (known->record.kind != RoomKind::Public)
            m_hidden.insert(room);
        QList<RoomEvent> &events = m_events[room];
        for (bool hasMore = true; hasMore;) {
            const Seq after = events.isEmpty() ? Seq(0) : events.last().seq;
            const auto page = awaited<SyncPage>(chat, [&](auto done) { chat.store().sync(room, after, limits::MaxSyncLimit, done); });
            events.append(page.events);
            hasMore = page.hasMore;
        }
        QList<MessageSnapshot> &messages = m_messages[room];
        for (bool hasMore = true; hasMore;) {
            const auto before = messages.isEmpty() ? std::nullopt : std::optional(messages.first().seq);
            const auto page = awaited<HistoryPage>(chat, [&](auto done) { chat.store().history(room, before, limits::MaxHistoryLimit, done); });
            messages = page.messages + messages;
            hasMore = page.hasMore;
        }
    }
}

bool RoomLogs::isGapless() const
{
    return std::all_of(m_events.begin(), m_events.end(), [](const QList<RoomEvent> &events) {
        Seq last;
        return std::all_of(events.begin(), events.end(), [&last](const RoomEvent &event) {
            last = last.next();
            return event.seq == last;
        });
    });
}

bool RoomLogs::isShownAsWritten() const
{
    const QList<RoomId> rooms = m_events.keys();
    return std::all_of(rooms.begin(), rooms.end(), [this](const RoomId &room) { return m_messages[room] == messagesOf(m_events[room]); });
}

bool RoomLogs::wasMember(const RoomId &room, const UserName &user) const
{
    const auto events = m_events.value(room);
    return std::any_of(events.begin(), events.end(), [&user](const RoomEvent &event) {
        return event.user == user && std::holds_alternative<MembershipChanged>(event.body);
    });
}

bool RoomLogs::wasMemberAt(const RoomId &room, const UserName &user, Seq seq) const
{
    bool isMember = false;
    for (const RoomEvent &event : m_events.value(room)) {
        if (event.seq > seq)
            break;
        const auto *change = std::get_if<MembershipChanged>(&event.body);
        if (change != nullptr && event.user == user)
            isMember = change->change == MembershipChanged::Change::Joined;
    }
    return isMember;
}

} // namespace hearth::test

#include "client/timeline.h"

#include "client/messagefold.h"
#include "protocol/mentions.h"

#include <algorithm>
#include <utility>

namespace hearth {

namespace {

constexpr std::size_t SpareRows = 50; ///< a page

} // namespace

Timeline::Timeline(const UserName &self, TimelineObserver &observer) : m_self(self), m_observer(observer), m_index(self) { }

void Timeline::merge(const QList<MessageSnapshot> &messages)
{
    // A page in front of everything is the common case and one insertion: the view keeps its place then.
    const bool isInFront = !messages.isEmpty() && (sentCount() == 0 || messages.last().seq < firstSeq())
        && std::none_of(messages.begin(), messages.end(),
                        [this](const MessageSnapshot &m) { return m.clientId && rowOf(*m.clientId) >= 0; });
    if (!isInFront) {
        for (const MessageSnapshot &message : messages) {
            if (!isBehindWindow(message.seq))
                put(message);
        }
        return;
    }
    std::vector<TimelineEntry> entries;
    for (const MessageSnapshot &message : messages) {
        if (entries.empty() || entries.back().message.seq < message.seq)
            entries.push_back(entryOf(message));
    }
    for (const TimelineEntry &entry : entries)
        m_index.add(entry.message);
    m_observer.aboutToInsert(0, static_cast<int>(entries.size()));
    m_rows.insert(m_rows.begin(), std::make_move_iterator(entries.begin()), std::make_move_iterator(entries.end()));
    m_observer.inserted();
    placeUnreadLine();
    tell(static_cast<int>(entries.size()) - 1);
    for (int row = 0; row < static_cast<int>(entries.size()); ++row)
        tellRepliesTo(at(row).message.seq);
}

void Timeline::mergeNewer(const QList<MessageSnapshot> &messages, PageEnd end)
{
    std::vector<TimelineEntry> entries;
    for (const MessageSnapshot &message : messages) {
        if (message.seq > (entries.empty() ? lastSeq() : entries.back().message.seq))
            entries.push_back(entryOf(message));
    }
    const int row = sentCount();
    for (const TimelineEntry &entry : entries) {
        countNewer(entry, -1);
        m_index.add(entry.message);
    }
    // What is not here yet is known to be there, whatever the count says.
    m_newer.count = std::max<qint64>(m_newer.count, 1);
    if (!entries.empty()) {
        m_observer.aboutToInsert(row, static_cast<int>(entries.size()));
        m_rows.insert(m_rows.begin() + row, std::make_move_iterator(entries.begin()), std::make_move_iterator(entries.end()));
        m_observer.inserted();
        placeUnreadLine();
        tell(sentCount() - 1); // the pending one behind it
        for (int added = row; added < sentCount(); ++added)
            tellRepliesTo(at(added).message.seq);
    }
    if (end == PageEnd::IsNewest)
        m_newer = {};
    m_observer.newerCountChanged();
}

void Timeline::apply(const RoomEvent &event)
{
    if (std::holds_alternative<MessagePosted>(event.body)) {
        if (isBehindWindow(event.seq))
            passOver(snapshotOf(event));
        else if (rowOf(event.seq) < 0)
            put(snapshotOf(event));
        return;
    }
    const int row = rowOf(targetOf(event));
    if (row >= 0 && fold(m_rows[static_cast<size_t>(row)].message, event)) {
        TimelineEntry &entry = m_rows[static_cast<size_t>(row)];
        entry.isMention = entryOf(entry.message).isMention;
        m_observer.changed(row, row);
        tellRepliesTo(entry.message.seq);
    }
}

/// A new message that belongs behind what is not here.
void Timeline::passOver(const MessageSnapshot &message)
{
    if (message.user == m_self && message.clientId)
        removePending(*message.clientId);
    if (message.seq <= m_newer.last)
        return;
    m_newer.last = message.seq;
    countNewer(entryOf(message), 1);
    m_observer.newerCountChanged();
}

void Timeline::countNewer(const TimelineEntry &entry, int by)
{
    m_newer.count += by;
    if (entry.message.user == m_self)
        return;
    // It may be edited by now: more may come than were counted.
    m_newer.unread.messages = std::max<qint64>(0, m_newer.unread.messages + by);
    m_newer.unread.mentions = std::max<qint64>(0, m_newer.unread.mentions + (entry.isMention ? by : 0));
}

void Timeline::clearSent()
{
    m_newer = {};
    if (sentCount() > 0)
        removeRows(0, sentCount());
}

bool Timeline::keepNewest(int keep)
{
    const int surplus = sentCount() - keep;
    if (surplus <= 0)
        return false;
    removeRows(0, surplus);
    return true;
}

bool Timeline::keepOldest(int keep)
{
    const int first = std::max(keep, 1);
    const int surplus = sentCount() - first;
    if (surplus <= 0)
        return false;
    m_newer.last = std::max(m_newer.last, lastSeq());
    for (int row = first; row < first + surplus; ++row)
        countNewer(at(row), 1);
    removeRows(first, surplus);
    m_observer.newerCountChanged();
    return true;
}

void Timeline::forgetBefore(Seq seq)
{
    if (const int older = lowerBound(seq); older > 0)
        removeRows(0, older);
}

void Timeline::addPending(const OutboxEntry &entry)
{
    if (rowOf(entry.id) >= 0)
        return;
    MessageSnapshot message;
    message.room = entry.room;
    message.user = m_self;
    message.content = entry.content;
    message.timestamp = entry.writtenAt;
    message.clientId = entry.id;
    message.replyTo = entry.replyTo;
    insertRow(size(), TimelineEntry { message, entry.error, false });
}

void Timeline::confirm(const ClientId &id, Seq seq, const QDateTime &timestamp)
{
    const int row = rowOf(id);
    if (row < 0 || at(row).isSent())
        return;
    if ((sentCount() > 0 && seq < firstSeq()) || isBehindWindow(seq)) {
        // Between it and what is here are others. It comes with its page.
        removeRow(row);
        return;
    }
    MessageSnapshot message = at(row).message;
    message.seq = seq;
    message.timestamp = timestamp;
    put(message);
}

void Timeline::setError(const ClientId &id, std::optional<ErrorCode> code)
{
    const int row = rowOf(id);
    if (row < 0 || at(row).isSent() || at(row).error == code)
        return;
    m_rows[static_cast<size_t>(row)].error = code;
    m_observer.changed(row, row);
}

void Timeline::removePending(const ClientId &id)
{
    const int row = rowOf(id);
    if (row < 0 || at(row).isSent())
        return;
    removeRow(row);
}

void Timeline::setUnreadRange(Seq after, Seq upTo)
{
    m_unreadAfter = after;
    m_unreadUpTo = upTo;
    placeUnreadLine();
}

int Timeline::lowerBound(Seq seq) const
{
    const auto end = m_rows.begin() + sentCount();
    const auto found = std::lower_bound(m_rows.begin(), end, seq,
                                        [](const TimelineEntry &e, Seq s) { return e.message.seq < s; });
    return static_cast<int>(std::distance(m_rows.begin(), found));
}

int Timeline::rowOf(Seq seq) const
{
    if (seq <= Seq(0))
        return -1;
    const int row = lowerBound(seq);
    return row < sentCount() && at(row).message.seq == seq ? row : -1;
}

int Timeline::rowOf(const ClientId &id) const
{
    if (id.isNull())
        return -1;
    for (int row = size() - 1; row >= sentCount(); --row) {
        if (at(row).message.clientId == id)
            return row;
    }
    return rowOf(m_index.own(id));
}

Seq Timeline::firstSeq() const { return sentCount() == 0 ? Seq() : m_rows.front().message.seq; }

Seq Timeline::lastSeq() const { return sentCount() == 0 ? Seq() : at(sentCount() - 1).message.seq; }

Timeline::Unread Timeline::unreadAfter(Seq seq) const
{
    Unread unread;
    for (int row = sentCount() - 1; row >= 0 && at(row).message.seq > seq; --row) {
        if (at(row).message.user == m_self)
            continue;
        ++unread.messages;
        unread.mentions += at(row).isMention ? 1 : 0;
    }
    // Of those behind the rows it is only known how many there are.
    const qint64 newer = m_newer.count == 0 ? 0 : std::max<qint64>(0, m_newer.last.value() - std::max(seq, lastSeq()).value());
    unread.messages += std::min(m_newer.unread.messages, newer);
    unread.mentions += std::min(m_newer.unread.mentions, newer);
    return unread;
}

/// Where a sent message belongs, whether it is here already, pending, or new.
void Timeline::put(const MessageSnapshot &message)
{
    const bool isOwn = message.user == m_self && message.clientId;
    const int pending = isOwn ? rowOf(*message.clientId) : -1;
    if (pending >= 0 && !at(pending).isSent()) {
        if (pending == sentCount() && lastSeq() < message.seq) {
            --m_pendingCount;
            replace(pending, entryOf(message));
            tell(pending);
            tellRepliesTo(message.seq);
            return;
        }
        removeRow(pending);
    }
    const int row = rowOf(message.seq);
    if (row < 0) {
        insertRow(lowerBound(message.seq), entryOf(message));
        tellRepliesTo(message.seq);
        return;
    }
    if (at(row).message == message)
        return;
    replace(row, entryOf(message));
    tell(row);
    tellRepliesTo(message.seq);
}

TimelineEntry Timeline::entryOf(const MessageSnapshot &message) const
{
    const bool isMention = message.user != m_self
        && !findMentions(message.content, [this](const UserName &name) { return name == m_self; }).isEmpty();
    return { message, std::nullopt, isMention };
}

void Timeline::replace(int row, TimelineEntry entry)
{
    TimelineEntry &place = m_rows[static_cast<size_t>(row)];
    if (place.isSent())
        m_index.remove(place.message);
    place = std::move(entry);
    m_index.add(place.message);
}

void Timeline::insertRow(int row, TimelineEntry entry)
{
    m_pendingCount += entry.isSent() ? 0 : 1;
    if (entry.isSent())
        m_index.add(entry.message);
    m_observer.aboutToInsert(row, 1);
    m_rows.insert(m_rows.begin() + row, std::move(entry));
    m_observer.inserted();
    placeUnreadLine();
    if (row + 1 < size())
        m_observer.changed(row + 1, row + 1);
}

void Timeline::removeRow(int row)
{
    const bool isPending = row >= sentCount();
    if (!isPending)
        m_index.remove(at(row).message);
    m_observer.aboutToRemove(row, 1);
    m_rows.erase(m_rows.begin() + row);
    m_pendingCount -= isPending ? 1 : 0;
    m_observer.removed();
    placeUnreadLine();
    if (row < size())
        m_observer.changed(row, row);
}

/// Of the sent ones.
void Timeline::removeRows(int first, int count)
{
    for (int row = first; row < first + count; ++row)
        m_index.remove(at(row).message);
    m_observer.aboutToRemove(first, count);
    m_rows.erase(m_rows.begin() + first, m_rows.begin() + first + count);
    if (m_rows.capacity() > 2 * m_rows.size() + SpareRows)
        m_rows.shrink_to_fit(); // rooms that were scrolled would keep the place of the most that they ever held. Twice: the next page fits
    m_observer.removed();
    placeUnreadLine();
    if (first < size())
        m_observer.changed(first, first);
}

int Timeline::findUnreadLine() const
{
    if (m_unreadUpTo <= m_unreadAfter)
        return -1;
    int row = lowerBound(m_unreadAfter.next());
    while (row < sentCount() && at(row).message.seq <= m_unreadUpTo && at(row).message.user == m_self)
        ++row;
    return row < sentCount() && at(row).message.seq <= m_unreadUpTo ? row : -1;
}

void Timeline::placeUnreadLine()
{
    const int row = findUnreadLine();
    const Seq now = row < 0 ? Seq() : at(row).message.seq;
    const Seq before = std::exchange(m_lineAt, now);
    if (before == now)
        return;
    if (const int old = rowOf(before); old >= 0)
        m_observer.changed(old, old);
    tell(row);
}

/// A row, and the one below: who stands above it decides whether it begins a group or a day.
void Timeline::tell(int row)
{
    if (row < 0 || row >= size())
        return;
    const int last = row + 1 < size() ? row + 1 : row;
    m_observer.changed(row, last);
}

void Timeline::tellRepliesTo(Seq seq)
{
    for (const Seq reply : m_index.repliesTo(seq)) {
        const int row = rowOf(reply);
        m_observer.changed(row, row);
    }
    for (int row = sentCount(); row < size(); ++row) {
        if (at(row).message.replyTo == seq)
            m_observer.changed(row, row);
    }
}

} // namespace hearth

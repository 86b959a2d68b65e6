#pragma once

#include "client/outbox.h"
#include "client/timelineindex.h"
#include "protocol/serverframes.h"

#include <optional>
#include <vector>

namespace hearth {

/// Is told of every change of a timeline's rows, before and after, as a model must tell its views.
class TimelineObserver
{
public:
    virtual ~TimelineObserver() = default;
    virtual void aboutToInsert(int first, int count) = 0;
    virtual void inserted() = 0;
    virtual void aboutToRemove(int first, int count) = 0;
    virtual void removed() = 0;
    virtual void changed(int first, int last) = 0;
    /// Of what stands behind the rows that are here.
    virtual void newerCountChanged() = 0;
};

/// One row: a message of the room's log, or one on its way there.
struct TimelineEntry
{
    MessageSnapshot message; ///< `seq` is 0 while not sent; `timestamp` is then when it was written
    std::optional<ErrorCode> error; ///< of a failed one
    bool isMention = false; ///< names the user
    [[nodiscard]] bool isSent() const { return message.seq > Seq(0); }
};

/// The rows of one room: sent ones by `seq`, each once, then pending ones in the order of writing. The sent ones are a
/// window onto the log, without holes: older and newer ones can be let go, and come back as pages. Pure logic; the
/// thread of its owner.
class Timeline
{
public:
    Timeline(const UserName &self, TimelineObserver &observer);

    /// A page of messages as they stand; where one is here already the page's is newer. Pages touch or overlap
    /// what is here.
    void merge(const QList<MessageSnapshot> &messages);
    /// The page behind the last sent row, where newer ones were let go. `end`: it reaches up to the last event applied.
    enum class PageEnd { MoreFollow, IsNewest };
    void mergeNewer(const QList<MessageSnapshot> &messages, PageEnd end);
    /// An event of the log. Twice is once; what is about a message that is not here is passed over, and a new message
    /// is only counted while newer ones are not here.
    void apply(const RoomEvent &event);
    /// Forgets the sent rows: what comes next does not touch them.
    void clearSent();
    /// Lets the oldest sent rows go, so that `keep` of them stay. True when there were more.
    bool keepNewest(int keep);
    /// Lets the newest sent rows go, so that `keep` of them (at least one) stay. True when there were more.
    bool keepOldest(int keep);
    /// What stands before `seq` does not touch it: forgotten.
    void forgetBefore(Seq seq);

    void addPending(const OutboxEntry &entry);
    /// Its place in the log is known. Before the first row there is none: what is loaded has no holes.
    void confirm(const ClientId &id, Seq seq, const QDateTime &timestamp);
    /// Failed, or (without a code) pending again.
    void setError(const ClientId &id, std::optional<ErrorCode> code);
    void removePending(const ClientId &id);

    /// The "New" line stands above the first message of somebody else in (after, upTo].
    void setUnreadRange(Seq after, Seq upTo);
    [[nodiscard]] int firstUnreadRow() const { return findUnreadLine(); } ///< -1: none

    [[nodiscard]] int size() const { return static_cast<int>(m_rows.size()); }
    [[nodiscard]] const TimelineEntry &at(int row) const { return m_rows[static_cast<size_t>(row)]; }
    [[nodiscard]] int rowOf(Seq seq) const; ///< -1: not here
    [[nodiscard]] int rowOf(const ClientId &id) const; ///< -1: not here
    [[nodiscard]] Seq firstSeq() const; ///< 0: none
    [[nodiscard]] Seq lastSeq() const; ///< 0: none
    [[nodiscard]] int sentCount() const { return static_cast<int>(m_rows.size()) - m_pendingCount; }
    /// Messages behind the last sent row that are not here.
    [[nodiscard]] qint64 newerCount() const { return m_newer.count; }
    /// Messages of others after `seq`, and how many of them name the user.
    struct Unread
    {
        qint64 messages = 0;
        qint64 mentions = 0;
    };
    [[nodiscard]] Unread unreadAfter(Seq seq) const;

private:
    /// What is known of the messages behind the last sent row that are not here.
    struct Newer
    {
        qint64 count = 0;
        Unread unread; ///< those of others
        Seq last;
    };

    [[nodiscard]] bool isBehindWindow(Seq seq) const { return m_newer.count > 0 && seq > lastSeq(); }
    void passOver(const MessageSnapshot &message);
    void countNewer(const TimelineEntry &entry, int by);
    [[nodiscard]] int lowerBound(Seq seq) const;
    void put(const MessageSnapshot &message);
    [[nodiscard]] TimelineEntry entryOf(const MessageSnapshot &message) const;
    void replace(int row, TimelineEntry entry);
    void insertRow(int row, TimelineEntry entry);
    void removeRow(int row);
    void removeRows(int first, int count);
    [[nodiscard]] int findUnreadLine() const;
    /// Says who has the line now, and who had it.
    void placeUnreadLine();
    void tell(int row);
    void tellRepliesTo(Seq seq);

    UserName m_self;
    TimelineObserver &m_observer;
    std::vector<TimelineEntry> m_rows;
    TimelineIndex m_index; ///< of the sent ones
    int m_pendingCount = 0;
    Newer m_newer;
    Seq m_unreadAfter;
    Seq m_unreadUpTo;
    Seq m_lineAt; ///< the message that the line was last told to stand above; 0: none
};

} // namespace hearth

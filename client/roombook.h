#pragma once

#include "client/memberlistmodel.h"
#include "client/roomlistmodel.h"
#include "client/timeline.h"
#include "client/timelinemodel.h"
#include "client/typing.h"

#include <QObject>

#include <map>

namespace hearth {

/// What is known of one room: its rows, its members, who types, and up to where its log is known without a gap.
struct RoomState
{
    TimelineModel *timeline = nullptr;
    MemberListModel *members = nullptr;
    TypistList typists;
    qint64 listenersInTheClear = 0; ///< others on the network can read what they are told; they have given no name
    Seq syncedTo; ///< every event up to here has been applied
    Seq heardOf; ///< the newest event that was heard of
    bool isLoaded = false; ///< the newest page is in the timeline
    bool isSyncing = false; ///< a history or sync request is under way
    bool isComplete = false; ///< the first row is the room's first message
    /// The page that is under way: before the first row, behind the last one, or the newest in place of all rows.
    enum class Paging { None, Older, Newer, Newest };
    Paging paging = Paging::None;
    bool isReadingCache = false; ///< it comes from there, whatever becomes of the link
    bool isNewestWanted = false; ///< when that one is there
    bool isCacheUseless = false; ///< it has not what is not here: the server is to be asked
    bool hasOlderCached = false;
    bool areMembersKnown = false;
    QList<RoomEvent> sinceAsked; ///< applied while a page was under way, which may have been read before them
};

/// The rooms, people and timelines of a session, as the server's words make them. No sockets, no disk: what is to be
/// asked or stored, its owner does.
class RoomBook : public QObject
{
    Q_OBJECT

public:
    RoomBook(const UserName &self, QObject *parent);
    ~RoomBook() override;

    [[nodiscard]] RoomListModel *rooms() const { return m_rooms; }
    [[nodiscard]] MemberListModel *everyone() const { return m_everyone; }
    /// Made when it is not there: models live as long as the book.
    [[nodiscard]] RoomState &record(const RoomId &room);
    [[nodiscard]] std::map<RoomId, RoomState> &records() { return m_records; }

    enum class Applied {
        InOrder, ///< the next event: applied
        Known, ///< heard before
        Gap, ///< something before it is missing: to be fetched by `sync`
    };
    /// An event of the log, live or from a `sync`.
    Applied apply(const RoomEvent &event);
    /// Reads up to `seq`: true when that is news.
    bool markRead(const RoomId &room, Seq seq);
    /// The server keeps nothing from before `firstSeq`, and so does the book. What was unread of it is not any more.
    void expire(const RoomId &room, Seq firstSeq);
    /// Nobody is known to type any more, nor to listen unencrypted.
    void linkLost();

    void setPresence(const Presence &presence);
    /// All that is known of somebody, role included.
    void putUser(const MemberInfo &user);
    void userJoined(const RoomId &room, const UserName &user);
    void userLeft(const RoomId &room, const UserName &user);
    void setListenersInTheClear(const RoomId &room, qint64 count);
    void setTyping(const RoomId &room, const UserName &user, bool isTyping, qint64 nowMs);
    void expireTypists(qint64 nowMs);
    [[nodiscard]] bool hasTypists() const;

signals:
    void typistsChanged(const hearth::RoomId &room);
    void listenersChanged(const hearth::RoomId &room);
    /// Oneself is a member no longer.
    void selfLeft(const hearth::RoomId &room);

private:
    void countUnread(const RoomEvent &event);
    /// What is unread when nothing up to `seq` is.
    void leaveUnreadAfter(RoomSummary &summary, Seq seq);
    void applyMembership(const RoomEvent &event, const MembershipChanged &change);

    UserName m_self;
    RoomListModel *m_rooms;
    MemberListModel *m_everyone;
    std::map<RoomId, RoomState> m_records;
};

} // namespace hearth

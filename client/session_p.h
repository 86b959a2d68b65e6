#pragma once

#include "client/keycheck.h"
#include "client/localstore.h"
#include "client/outbox.h"
#include "client/requesttracker.h"
#include "client/roombook.h"
#include "client/serverlink.h"
#include "client/session.h"
#include "client/typing.h"

#include <QSet>
#include <QTimer>

namespace hearth {

/// What a session does when something arrives: from the server, from the disk, from a timer. `Session` itself is
/// what the window may ask of it. Eight members and more, because this is where the parts meet; each decision of
/// its own is in one of the parts.
class Session::Private : public QObject
{
    Q_OBJECT

public:
    using What = RequestFailure::What;
    using Problem = ConnectionStatus::Problem;
    using State = ConnectionStatus::State;

    static constexpr auto AboutInvite = QLatin1String("invite"); ///< what such an error says in `detail`: docs/protocol.md, "Using one"
    static constexpr auto AboutName = QLatin1String("name"); ///< likewise: "Names, tokens and passwords"
    static constexpr int PageSize = 50; ///< rows asked for at once
    static constexpr int MaxRows = 400; ///< of a timeline; a screen shows some fifty
    static constexpr int KeptBefore = 200; ///< rows before the one looked at, when there are more
    static constexpr int KeptBehind = 100;
    static constexpr int KeptAtRest = 100; ///< the newest rows of a room that is left

    Private(const SessionSettings &settings, Session *session);

    void open();
    void close();
    void retryNow();
    void authenticate(const QString &password);
    void trustKey(const Fingerprint &key);
    /// The token lets nobody in any more.
    void forgetToken();

    /// Sends a request whose refusal the window hears of as `what`.
    void ask(What what, const std::optional<RoomId> &room, const ClientFrame &frame,
             RequestTracker::OnReply onReply = {}, std::function<void()> onEnd = {});
    void fail(What what, const std::optional<RoomId> &room, const RequestTracker::Failure &failure);

    void flushOutbox();
    void loadOlder(const RoomId &room);
    void loadNewer(const RoomId &room);
    void loadNewest(const RoomId &room);
    void keepAround(const RoomId &room, Seq seq);
    /// Nobody sees it any more: back to its newest rows.
    void rest(const RoomId &room);
    void letOlderGo(RoomState &record, int keep);
    void sendRead(const RoomId &room, Seq seq);
    void catchUp(const RoomId &room);
    void sendTyping(const TypingSender::Signs &signs);
    void joined(const Joined &joined);
    void keepChanged(const KeepChanged &change);
    /// In place of what was known of the room.
    void putRoom(const RoomSummary &room);
    void openRoom(const RoomSummary &room, bool wasAskedFor);
    void loadMembers(const RoomId &room);
    void removeRoom(const RoomId &room);
    [[nodiscard]] static qint64 now(); ///< ms of a steady clock

    Session *q;
    SessionSettings settings;
    ConnectionStatus status;
    LocalState local; ///< as it was when last loaded; token and role are kept current
    Access access = Access::Open;
    bool hasPassword = false;
    int maxContentLength = limits::DefaultMaxContentLength;
    LocalStore *store;
    ServerLink *link;
    RequestTracker *tracker;
    RoomBook *book;
    Moderation *moderation;
    Invites *invites;
    Outbox outbox;
    TypingSender typing;
    QHash<RoomId, QString> drafts;
    QHash<RoomId, RoomSummary> listed; ///< public rooms that are not one's own
    std::optional<RoomId> currentRoom;
    std::optional<RoomId> shownRoom;
    std::optional<PresenceState> presence;

public:
    void setStatus(const ConnectionStatus &changed);
    void setStatus(State state, Problem problem = Problem::None, const QString &detail = {}, const QDateTime &retryAt = {});
    void noteDraft(const RoomId &room, const QString &text);
    void noteRoomsChanged();
    void noteTypingActivity();

private:
    void takeState(const LocalState &state);
    void takePage(const LocalPage &page);
    void takeNewerPage(const LocalPage &page);
    /// The cache has not what it should have: the disk fails.
    void readAfresh(const RoomId &room);
    /// What came while a page was under way is applied again behind it.
    QList<RoomEvent> applySince(RoomState &record);
    void endPaging(const RoomId &room);
    void afterPages(std::function<void()> next);
    void resetBookTo(const LocalState &state);

    void receive(const QList<ServerMessage> &messages);
    void dispatch(const ServerFrame &frame);
    void greet(const Connected &connected);
    /// Nothing is said to a server before its key is checked.
    void checkServer(const QString &serverId, const Fingerprint &knownKey);
    void refuseKey(KeyVerdict verdict, const KeyFacts &facts);
    void remember(KeyVerdict verdict, const KeyFacts &facts);
    void introduce();
    /// Whether whoever answers has to show a key that is known already.
    [[nodiscard]] bool expectsKey() const;
    void connectLink();
    void sayHello();
    void identityStored(const QString &token, bool isInKeychain);
    void welcomed(const Welcome &welcome);
    /// What is wrong when the server does not know whom it speaks with.
    [[nodiscard]] Problem problemOfAccess() const;
    /// Of a hello that is `unauthorized`.
    [[nodiscard]] Problem problemOf(const Error &refusal) const;
    void helloFailed(const RequestTracker::Failure &failure);
    /// The server let us in, but the invite has added nothing.
    void inviteFailed(const Error &error);
    void waitAtDoor(const Waiting &waiting);
    void removed(const Removal &removal);
    void linkLost(Problem problem, const QString &detail, const QDateTime &retryAt);
    void giveUp(Problem problem, const QString &detail);

    void event(const RoomEvent &event);
    void leftRoom(const Left &left);
    void restricted(const RoomRestricted &change);
    void userUpdated(const MemberInfo &user);
    void fetchNewest(const RoomId &room);
    void fetchMissing(const RoomId &room);
    void takeHistory(const RoomId &room, const History &history);
    /// Events that the book has just applied: to the cache, and to a page that is under way.
    void noteApplied(const RoomId &room, const QList<RoomEvent> &events);
    void mergePage(const RoomId &room, const History &history);
    void takeSync(const RoomId &room, const Synced &synced);
    /// A room was known to begin with `known`, and begins with `firstSeq`.
    void dropExpired(const RoomId &room, Seq known, Seq firstSeq);
    /// Those that are still there, of a page that was read before the rest expired.
    [[nodiscard]] QList<MessageSnapshot> kept(const RoomId &room, QList<MessageSnapshot> messages) const;
    /// What a timeline says of what is no longer in it.
    void showBeginning(const RoomSummary &room);
    void showBeginnings();
    void refreshMembers(const RoomId &room);
    void postFailed(const ClientId &id, const RequestTracker::Failure &failure);
    /// Into the cache with the next round: one commit for what came in half a second.
    void keepEvents(const RoomId &room, const QList<RoomEvent> &events);
    void saveNow();
    void tick();

    std::function<void()> m_afterState;
    std::function<void()> m_afterPages;
    int m_pagesToCome = 0;
    bool m_wasOnline = false;
    bool m_isStoreUsable = true; // until it says otherwise
    bool m_isClosed = false; // by its host, and not back since
    bool m_isOpened = false;
    QString m_newToken; // on its way to the disk
    bool m_isHelloDue = false; // when it is there
    std::optional<Connected> m_greeting; // whose key is being looked up
    Fingerprint m_acceptedKey;
    /// With whom a session has spoken: it goes on with nobody else by itself, whatever the cache knows.
    struct Met
    {
        QString server;
        Fingerprint key; ///< null: it was not encrypted
        friend bool operator==(const Met &, const Met &) = default;
    };
    std::optional<Met> m_met;
    bool m_isIntroduced = false; // the server's key was checked
    QString m_usedInvite; // of the last welcome, in case the server says that it failed
    QHash<RoomId, Seq> m_readsUnderWay;
    QSet<RoomId> m_dirtyDrafts;
    QHash<RoomId, QList<RoomEvent>> m_unsavedEvents;
    bool m_areRoomsDirty = false;
    QSet<RoomId> m_staleMembers;
    QTimer m_saveTimer;
    QTimer m_tickTimer;
    QTimer m_outboxTimer;
    QTimer m_membersTimer;
};

} // namespace hearth

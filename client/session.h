#pragma once

#include "client/connectionstatus.h"
#include "protocol/serverframes.h"

#include <QObject>
#include <QUrl>

#include <functional>
#include <memory>

namespace hearth {

class Invites;
class Keychain;
class MemberListModel;
class Moderation;
class RoomListModel;
class TimelineModel;

/// What a session needs to know before it begins.
struct SessionSettings
{
    QUrl url; ///< `wss://host:port/chat`, or `ws://`
    UserName user;
    QString password; ///< the server's, or the account's where the server has none; kept in memory only
    QString dataDirectory; ///< of the local cache and outbox; made when missing, mode 0700
    bool mayBePlain = false; ///< a server that has no TLS, and never had, is spoken to without: on this computer, where nobody reads along
    Fingerprint linkKey; ///< what the server's key must be, as an invite link says
    std::shared_ptr<Keychain> keychain; ///< where tokens are kept; none: in the local cache, which is for its owner only
    QString invite; ///< the code of such a link; said with every hello until it has done what it could, then forgotten
    QString accountPassword; ///< of the name, where the chat is open or has a password of its own; kept in memory only
};

/// A request that the server refused, or that found no answer, for the place in the window where it belongs.
struct RequestFailure
{
    enum class What {
        Post,
        Edit,
        Delete,
        React,
        CreateRoom,
        JoinRoom,
        LeaveRoom,
        OpenDirect,
        Invite,
        SetTopic,
        SetKeep,
        Moderate,
        Announce,
        SetPassword,
        ListSessions,
        RevokeSession,
        CreateInvite,
        ListInvites,
        RevokeInvite,
        UseInvite, ///< the one that this session came with; said again with the next hello
        Search,
        History,
        Other,
    };
    What what = What::Other;
    std::optional<RoomId> room;
    ErrorCode code = ErrorCode::Internal;
    bool timedOut = false; ///< no answer in time: `code` means nothing
    bool offline = false; ///< not asked at all, or the link broke before the answer: `code` means nothing
    QString message; ///< the server's words; untrusted text
    qint64 retryAfterMs = 0;
};

/// One person at one server: keeps the link, the rooms, the timelines and what is still to be sent, online
/// and offline. What `post()` took is on disk before it is shown as pending, and is sent exactly once, now
/// or after the next start. Lives on the thread that made it (the window's); disk work is done on a thread
/// of its own.
class Session : public QObject
{
    Q_OBJECT

public:
    explicit Session(const SessionSettings &settings, QObject *parent = nullptr);
    ~Session() override;

    [[nodiscard]] const SessionSettings &settings() const;
    [[nodiscard]] ConnectionStatus status() const;
    [[nodiscard]] UserName user() const;
    [[nodiscard]] Role role() const;
    [[nodiscard]] ServerInfo server() const; ///< empty until the first `connected`, ever
    /// What the server lets in by; Open until the first `connected`.
    [[nodiscard]] Access access() const;
    [[nodiscard]] int maxContentLength() const; ///< code points
    [[nodiscard]] bool isTokenInKeychain() const; ///< rather than in a file
    [[nodiscard]] bool hasPassword() const; ///< of the account; false until the first `welcome`
    [[nodiscard]] Fingerprint serverKey() const; ///< that the connection has, or had when there was one; null where it is not encrypted

    // Models live as long as the session.
    [[nodiscard]] RoomListModel *rooms() const;
    [[nodiscard]] TimelineModel *timeline(const RoomId &room);
    [[nodiscard]] MemberListModel *members(const RoomId &room);
    /// Everybody known who could be spoken to directly.
    [[nodiscard]] MemberListModel *everyone() const;
    /// For those in charge, and for whom they do something to.
    [[nodiscard]] Moderation *moderation() const;
    /// Links that let people in, for those in charge.
    [[nodiscard]] Invites *invites() const;
    /// Who is typing there now, without oneself, in the order in which they began.
    [[nodiscard]] QList<UserName> typists(const RoomId &room) const;
    /// How many connections listen there that others on the network can read and that have given no name.
    [[nodiscard]] qint64 listenersInTheClear(const RoomId &room) const;
    [[nodiscard]] QString draft(const RoomId &room) const;
    /// Messages written here that the server has not acknowledged yet, in all rooms.
    [[nodiscard]] int unsentCount() const;

public slots:
    /// Reads the cache, then connects, and stays connected until `close()`.
    void open();
    void close();
    /// Does not wait for the next attempt.
    void retryNow();
    /// After WrongPassword, WrongAccount, NoPasswordChosen, NameHasAccount, NameIsOwned or WrongNamePassword: tries again with this
    /// one. (Another name is another session.)
    void authenticate(const QString &password);
    /// After UnknownKey or ChangedKey: a person has compared this one. Connects again.
    void trustKey(const hearth::Fingerprint &key);

    /// The client id under which the message is kept.
    hearth::ClientId post(const hearth::RoomId &room, const QString &content,
                          std::optional<hearth::Seq> replyTo = std::nullopt);
    void retry(const hearth::RoomId &room, const hearth::ClientId &id); ///< of a Failed one
    void discard(const hearth::RoomId &room, const hearth::ClientId &id); ///< a Failed or Pending one
    void edit(const hearth::RoomId &room, hearth::Seq seq, const QString &content);
    void remove(const hearth::RoomId &room, hearth::Seq seq);
    void react(const hearth::RoomId &room, hearth::Seq seq, const QString &emoji, bool add);
    /// Asks for the page before the first row; does nothing while one is under way or nothing is older.
    void loadOlder(const hearth::RoomId &room);
    /// Reads the page behind the last sent row, where newer messages are not loaded; does nothing while a page is under way.
    void loadNewer(const hearth::RoomId &room);
    /// In place of all sent rows, the newest page; does nothing where the newest is there.
    void loadNewest(const hearth::RoomId &room);
    /// This row is looked at: when there are very many, those far from it are let go, and can be loaded again.
    void keepAround(const hearth::RoomId &room, hearth::Seq seq);
    /// Everything up to `seq` has been seen.
    void markRead(const hearth::RoomId &room, hearth::Seq seq);
    /// The room in view, for the "New" line and for what is loaded first; null: none.
    void setCurrentRoom(const hearth::RoomId &room);
    /// The room whose rows are on the screen, whether somebody looks or not: of all others only the newest rows are kept.
    void setShownRoom(const hearth::RoomId &room);

    /// The composer changed: decides when the server hears of it (start, refresh every 3 s, stop after 5 s
    /// of rest, on sending, and when `text` is empty), and keeps the draft.
    void noteComposing(const hearth::RoomId &room, const QString &text);

    void createRoom(const hearth::RoomId &room, const QString &name, const QString &topic,
                    hearth::RoomKind kind);
    void joinRoom(const hearth::RoomId &room);
    void leaveRoom(const hearth::RoomId &room);
    void openDirect(const hearth::UserName &user);
    void invite(const hearth::RoomId &room, const hearth::UserName &user);
    void setTopic(const hearth::RoomId &room, const QString &topic);
    /// How long the room keeps what is said: 0 for good, nothing as the server does.
    void setKeep(const hearth::RoomId &room, std::optional<int> days);
    void setPresence(hearth::PresenceState state);
    void announce(const QString &content);
    /// One's own; `passwordSet` follows. Nothing for `old` where there is none yet.
    void setPassword(const std::optional<QString> &old, const QString &password);
    void listSessions(); ///< `sessionsListed` follows
    void revokeSession(const QString &session); ///< `sessionsListed` follows
    /// Revokes the session of this device: `signedOut` follows, and nothing is kept that could let it in again.
    void signOut(const QString &session);
    void listRooms(); ///< `roomsListed` follows
    void search(const QString &query, std::optional<hearth::RoomId> room = std::nullopt);

signals:
    void statusChanged(const hearth::ConnectionStatus &status);
    void identityChanged(); ///< user, role or server info
    void typistsChanged(const hearth::RoomId &room);
    void listenersChanged(const hearth::RoomId &room);
    void unsentCountChanged(int count);
    /// A room that this session asked for (created, joined, direct) is there now: show it.
    void roomReady(const hearth::RoomId &room);
    void roomGone(const hearth::RoomId &room);
    /// Somebody removed oneself from it; `roomGone` follows.
    void removedFromRoom(const hearth::RoomSummary &room, const hearth::UserName &by, const QString &reason);
    void roomsListed(const QList<hearth::RoomSummary> &rooms);
    void passwordSet();
    void signedOut();
    void sessionsListed(const QList<hearth::SessionInfo> &sessions);
    void searchFinished(const hearth::SearchResults &results);
    void notified(const hearth::Notification &notification);
    void requestFailed(const hearth::RequestFailure &failure);
    /// The local store cannot be used (disk full, damaged); what is written now lives in memory only.
    void localStoreFailed(const QString &detail);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace hearth

Q_DECLARE_METATYPE(hearth::RequestFailure)

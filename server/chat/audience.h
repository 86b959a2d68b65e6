#pragma once

#include "server/chat/directory.h"
#include "server/chat/peer.h"
#include "server/chat/unnamedlisteners.h"
#include "server/net/channel.h"

#include <QElapsedTimer>
#include <QHash>
#include <QObject>
#include <QSet>
#include <QTimer>

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

namespace hearth {

/// How often each error was told, by ErrorCode.
using ErrorCounts = std::array<quint64, static_cast<std::size_t>(ErrorCode::Internal) + 1>;

/// Who hears what: the peers, the rooms whose events they hear, the people behind them and whether those are
/// here. Everything that the chat says goes through this class.
class Audience : public QObject
{
    Q_OBJECT

public:
    using Now = std::function<QDateTime()>;

    Audience(Channel &channel, const Directory &directory, const ServerSettings &settings, Now now);
    ~Audience() override;

    // ---- peers ----
    Peer &add(Connection &connection);
    void remove(quint64 id);
    [[nodiscard]] Peer *find(quint64 id) const;
    [[nodiscard]] QList<Peer *> peers() const;
    /// From now on the peer is this user: somebody may come online.
    void setUser(Peer &peer, const UserName &user);
    /// From now on it hears frames that the seed does not know.
    void setHearsAll(Peer &peer);
    void enter(Peer &peer, const RoomId &room);
    void exit(Peer &peer, const RoomId &room);
    /// Peers without a right to it hear no more of a room that became private.
    void dismissStrangers(const RoomId &room);
    /// False when the peer has `most` subscriptions already.
    [[nodiscard]] bool subscribe(Peer &peer, Resource resource, const QString &id, int most);
    void unsubscribe(Peer &peer, Resource resource, const QString &id);

    // ---- people ----
    [[nodiscard]] QList<Peer *> peersOf(const UserName &user) const;
    /// Whether a notification could be shown to them now.
    [[nodiscard]] bool isWelcomed(const UserName &user) const;
    [[nodiscard]] bool isOnline(const UserName &user) const { return m_people.contains(user); }
    [[nodiscard]] int onlineCount() const { return static_cast<int>(m_people.size()); }
    void setState(const UserName &user, PresenceState state);
    [[nodiscard]] MemberInfo memberInfo(const UserName &user) const;
    /// Members, and guests who are in the room now without being members.
    [[nodiscard]] QList<MemberInfo> membersOf(const RoomId &room) const;

    // ---- saying ----
    [[nodiscard]] const ErrorCounts &errorCounts() const { return m_errors; }
    enum class Reach { Everyone, HearsAll };
    void reply(Peer &peer, const std::optional<RequestId> &id, const ServerFrame &frame);
    /// To one that is being given up, past its batch.
    void tellLast(Peer &peer, const Error &error);
    void tell(Peer &peer, const ServerFrame &frame);
    void tellRoom(const RoomId &room, Reach reach, const ServerFrame &frame, const Peer *except = nullptr,
                  Delivery delivery = Delivery::Required);
    void tellUser(const UserName &user, const ServerFrame &frame, const Peer *except = nullptr);
    void tellEveryone(const ServerFrame &frame);
    /// The room changed: its subscribers hear it.
    void tellRoomChanged(const RoomId &room);
    void tellUserChanged(const UserName &user, Delivery delivery = Delivery::Droppable);
    /// To whoever knows them, and to themselves.
    void tellRole(const UserName &user);

signals:
    void onlineCountChanged(int count);
    /// Their last connection is gone.
    void userWentAway(const hearth::UserName &user, const QDateTime &when);

private:
    /// What some people hear: the same bytes for those who have it at once, framed when the first of them comes, and for those whose
    /// frames are gathered.
    struct Said
    {
        QByteArray json;
        Delivery delivery = Delivery::Required;
        std::optional<OutgoingFrame> frame;
        [[nodiscard]] const OutgoingFrame &framed();
    };
    struct Person
    {
        std::vector<Peer *> peers;
        PresenceState state = PresenceState::Online;
        QHash<RoomId, int> rooms; ///< connections in each
        QSet<RoomId> introducedIn; ///< while in the clear: rooms whose members have heard that
        /// Whether others on the network can read one of the connections.
        [[nodiscard]] bool isInTheClear() const;
    };

    [[nodiscard]] static std::pair<int, QString> subscriptionKey(Resource resource, const QString &id);
    void dismiss(Peer &peer, const RoomId &room);
    void countIn(Peer &peer, const RoomId &room);
    void countOut(Peer &peer, const RoomId &room);
    /// Rooms that the user belongs to, or where a plain client of theirs is.
    [[nodiscard]] std::set<RoomId> roomsOf(const UserName &user) const;
    void addMembersOf(const RoomId &room, const UserName &except, QSet<Peer *> &audience) const;
    /// Everybody who shares a room with the user, or is a member of one of `left`, or subscribed; once each.
    [[nodiscard]] QSet<Peer *> acquaintances(const UserName &user, const std::set<RoomId> &left) const;
    [[nodiscard]] QByteArray presenceOf(const UserName &user) const;
    /// To whoever shares a room, or one of `left`, where a plain client was until now. Required where it is news of
    /// encryption: nobody shall write on believing that it is there.
    void tellPresence(const UserName &user, Delivery delivery, const std::set<RoomId> &left = {});
    /// The user is in the room now: its members hear, once, if others on the network can read what is said to them.
    void introduce(const UserName &user, const RoomId &room);
    void joinGroups(Peer &peer, const RoomId &room);
    /// One that comes to hear the room hears as well if somebody who gave no name listens there unencrypted.
    void tellOfListeners(Peer &peer, const RoomId &room);
    void send(Peer &peer, Said &said);
    void hold(Peer &peer, const QByteArray &json, Delivery delivery);
    void flushBatch(Peer &peer);

    Channel &m_channel;
    const Directory &m_directory;
    const ServerSettings &m_settings;
    Now m_now;
    std::unordered_map<quint64, std::unique_ptr<Peer>> m_peers;
    QHash<UserName, Person> m_people;
    QHash<RoomId, std::vector<Peer *>> m_batching; ///< they are in no group of the channel
    QHash<std::pair<int, QString>, std::vector<Peer *>> m_subscribers;
    UnnamedListeners m_unnamed;
    QTimer m_batchTimer;
    ErrorCounts m_errors {};
    std::vector<quint64> m_held; ///< peers with a batch begun
};

} // namespace hearth

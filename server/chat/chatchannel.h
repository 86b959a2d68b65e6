#pragma once

#include "server/chat/accountdesk.h"
#include "server/chat/chatdesk.h"
#include "server/chat/guestdesk.h"
#include "server/chat/consoleconnection.h"
#include "server/chat/invitedesk.h"
#include "server/chat/messagedesk.h"
#include "server/chat/moderationdesk.h"
#include "server/chat/restrictiondesk.h"
#include "server/chat/roomdesk.h"
#include "server/chat/sessiondesk.h"
#include "server/chat/strangers.h"
#include "server/net/channel.h"

namespace hearth {

/// The channel that the product is made of: turns text into requests, keeps their order and their rate, and
/// hands each to the desk that it is for.
class ChatChannel : public Channel
{
    Q_OBJECT

public:
    using Now = std::function<QDateTime()>;

    /// `settings`, `store` and `directory` must outlive the channel's connections; `store` must end before the
    /// channel does. An empty `now` is the system's clock.
    ChatChannel(const ServerSettings &settings, const QString &serverId, EventStore &store, Directory &directory,
                Now now = {}, QObject *parent = nullptr);
    ~ChatChannel() override;

    [[nodiscard]] int onlineUserCount() const { return m_audience.onlineCount(); }
    /// Hashes of passwords that were computed.
    [[nodiscard]] quint64 passwordComputations() const { return m_passwords.computations(); }
    /// Somebody waits for one of them.
    [[nodiscard]] bool isHashing() const { return !m_passwords.isIdle(); }
    [[nodiscard]] const ErrorCounts &errorCounts() const { return m_audience.errorCounts(); }
    /// What whoever administers this computer asks (see isForConsole() in chatchannel.cpp), with every right: a client's
    /// frame. `answered` is called with the reply, once, unless the channel ends before.
    void ask(const QByteArray &frame, const std::function<void(const QByteArray &frame)> &answered);
    /// From now on every request is refused with `shutting_down`. Whoever is here was seen until now.
    void stopTaking();
    /// So is what is still not decided when the store has told all that it will: what waits for a password's hash.
    void refuseUndecided();

    /// Rooms that there can be; never a direct one, which nobody names.
    [[nodiscard]] bool admits(const QHash<QString, QString> &parameters) const override;

public slots:
    /// To the room's members: how long it keeps what is said, and from where on it is still there.
    void tellKeep(const hearth::RoomId &room);

signals:
    void onlineUserCountChanged(int count);
    /// How long this room keeps what is said; its members have been told.
    void keepChanged(const hearth::RoomId &room);

protected:
    void onConnected(Connection &connection) override;
    void onText(Connection &from, const QString &text) override;
    void onBinary(Connection &from, const QByteArray &bytes) override;
    void onClosed(Connection &connection, quint16 code, const QString &reason) override;
    void onFailed(Connection &connection, ConnectionFailure failure) override;

private:
    [[nodiscard]] static ChannelSettings channelSettings(const ServerSettings &settings);
    /// Milliseconds to wait, when the peer says too much.
    [[nodiscard]] std::optional<qint64> excess(Peer &peer, const ClientFrame &frame, qsizetype bytes);
    /// The same for what is no frame that we know.
    [[nodiscard]] std::optional<qint64> excess(Peer &peer, qsizetype bytes);
    void refuseExcess(Peer &peer, const std::optional<RequestId> &id, const std::optional<ClientId> &clientId, qint64 wait);
    void receive(Peer &peer, const QByteArray &utf8);
    void take(Peer &peer, const ClientRequest &request, qsizetype bytes);
    void dispatch(Peer &peer, const ClientRequest &request);
    void resume(quint64 id);
    /// Of its address; nothing for one that is in.
    [[nodiscard]] const BanInfo *banOf(const Peer &peer) const;
    /// True, and the peer has heard so and is gone, when its address is banned.
    [[nodiscard]] bool expelBanned(Peer &peer, const std::optional<RequestId> &id);
    /// Counts it among those who have still to say who they are, or not any more.
    void noteStranger(const Peer &peer);
    /// It has not said in time who it is.
    void dismissStranger(quint64 connection);
    /// Whether plain clients may take part.
    [[nodiscard]] bool isOpenToPlain() const { return m_settings.access == Access::Open && !m_settings.approveGuests; }

    const ServerSettings &m_settings;
    QString m_serverId;
    Audience m_audience;
    PasswordGate m_passwords;
    ChatContext m_context;
    RestrictionDesk m_restrictions;
    GuestDesk m_guests;
    SessionDesk m_sessions;
    RoomDesk m_rooms;
    MessageDesk m_messages;
    ModerationDesk m_moderation;
    AccountDesk m_accounts;
    InviteDesk m_invites;
    std::unordered_map<quint64, std::unique_ptr<ConsoleConnection>> m_consoles; ///< whose reply is still to come
    RateLimits m_limits;
    Strangers m_strangers;
};

} // namespace hearth

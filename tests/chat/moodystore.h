#pragma once

#include "server/store/accountstore.h"
#include "server/store/invitestore.h"
#include "server/store/moderationstore.h"
#include "tests/support/forwardingstore.h"

#include <memory>
#include <optional>

namespace hearth::test {

/// A store that takes writes until it is told what to refuse them with. Reads go on, as they do where a disk is full.
class MoodyStore final : public ForwardingStore
{
    Q_OBJECT

public:
    explicit MoodyStore(std::unique_ptr<EventStore> store) : ForwardingStore(std::move(store)), m_accounts(*this), m_invites(*this), m_moderation(*this) { }

    void refuseWrites(StoreError::Reason reason) { m_mood = StoreError { reason, QStringLiteral("bad mood") }; }
    void takeWrites() { m_mood.reset(); }

    void addUser(const UserRecord &record, Completion<UserRecord> done) override;
    void setLastSeen(const UserName &user, const QDateTime &when, Completion<void> done) override;
    void createRoom(const RoomRecord &room, const QList<UserName> &members,
                    Completion<QList<RoomEvent>> done) override;
    void append(const AppendRequest &request, Completion<Appended> done) override;
    void markRead(const RoomId &room, const UserName &user, Seq seq, Completion<Seq> done) override;
    void addNotification(const UserName &user, const Notification &notification,
                         Completion<void> done) override;
    void takeNotifications(const UserName &user, int limit,
                           Completion<QList<Notification>> done) override;
    void setKeepDays(const RoomId &room, std::optional<int> days, Completion<void> done) override;
    void expire(const RoomId &room, const QDateTime &cutoff, int atMost, Completion<Expired> done) override;
    [[nodiscard]] ModerationStore &moderation() override { return m_moderation; }

    [[nodiscard]] AccountStore &accounts() override { return m_accounts; }
    [[nodiscard]] InviteStore &invites() override { return m_invites; }

private:
    /// In the same mood.
    class Accounts final : public AccountStore
    {
    public:
        explicit Accounts(MoodyStore &store) : m_store(store) { }
        void addAccount(const UserRecord &record, const std::optional<SessionRecord> &session, const std::optional<AuditEntry> &deed,
                        Completion<UserRecord> done) override;
        void beginSession(const SessionRecord &session, Completion<void> done) override;
        void noteSession(const QString &session, const QString &address, const QDateTime &seen, Completion<void> done) override;
        void endSession(const UserName &user, const QString &session, Completion<void> done) override;
        void setPassword(const UserName &user, const QByteArray &passwordHash, const std::optional<QString> &keep,
                         const std::optional<AuditEntry> &deed, Completion<void> done) override;
        void removeUser(const UserName &user, const std::optional<UserName> &by, Completion<QList<RoomEvent>> done) override;

    private:
        /// The real ones; or null, and the write is refused, later, as a store does.
        template <typename T>
        [[nodiscard]] AccountStore *willing(const Completion<T> &done);

        MoodyStore &m_store;
    };

    class Invites final : public InviteStore
    {
    public:
        explicit Invites(MoodyStore &store) : m_store(store) { }
        void create(const InviteRecord &invite, Completion<InviteInfo> done) override;
        void revoke(const QString &invite, const std::optional<UserName> &by, Completion<void> done) override;
        void enroll(const QString &invite, const UserRecord &record, const SessionRecord &session, Completion<Enrolled> done) override;
        void redeem(const QString &invite, const UserName &user, Completion<Redeemed> done) override;
        void promote(const QString &invite, const UserName &guest, const QByteArray &passwordHash, Completion<Redeemed> done) override;

    private:
        MoodyStore &m_store;
    };

    class Moderation final : public ModerationStore
    {
    public:
        explicit Moderation(MoodyStore &store) : m_store(store) { }
        void carryOut(const AuditEntry &deed, Completion<AuditEntry> done) override;
        void audit(std::optional<qint64> before, int limit, Completion<AuditPage> done) override;

    private:
        MoodyStore &m_store;
    };

    /// Whether the write was refused, later, as a store does.
    template <typename T>
    [[nodiscard]] bool refuses(const Completion<T> &done);

    Accounts m_accounts;
    Invites m_invites;
    std::optional<StoreError> m_mood;
    Moderation m_moderation;
};

} // namespace hearth::test

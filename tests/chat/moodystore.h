#pragma once

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
    explicit MoodyStore(std::unique_ptr<EventStore> store) : ForwardingStore(std::move(store)), m_moderation(*this) { }

    void refuseWrites(StoreError::Reason reason) { m_mood = StoreError { reason, QStringLiteral("bad mood") }; }
    void takeWrites() { m_mood.reset(); }

    void addUser(const UserRecord &record, Completion<UserRecord> done) override;
    void updateUser(const UserRecord &record, Completion<UserRecord> done) override;
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

private:
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

    std::optional<StoreError> m_mood;
    Moderation m_moderation;
};

} // namespace hearth::test

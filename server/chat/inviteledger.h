#pragma once

#include "server/store/eventstore.h"

#include <QList>

#include <optional>

namespace hearth {

/// The invites, and who is about to use them. What holds is decided here, at once: a use is reserved before the store is asked,
/// and one that is being taken back holds no more. Pointers are good until something changes.
class InviteLedger
{
public:
    explicit InviteLedger(const QList<InviteRecord> &records);

    /// The one with that code, if it holds; otherwise null. Takes the same time wherever codes differ.
    [[nodiscard]] const InviteInfo *withCode(const QByteArray &codeHash, const QDateTime &now) const;
    /// The one of that id, if it holds; otherwise null.
    [[nodiscard]] const InviteInfo *find(const QString &id, const QDateTime &now) const;
    /// Those that hold, oldest first.
    [[nodiscard]] QList<InviteInfo> all(const QDateTime &now) const;

    /// The newest, on disk. Those that hold no more are forgotten.
    void add(const InviteRecord &record, const QDateTime &now);
    /// Somebody is about to use it. `settle()` must follow.
    void reserve(const QString &id);
    /// The store has counted the use, or there was none.
    void settle(const QString &id, bool isUsed);
    /// It is about to be taken back. `reveal()` or `remove()` must follow.
    void hide(const QString &id);
    void reveal(const QString &id);
    void remove(const QString &id);
    /// All that the user has made, or only those that make moderators.
    void removeMadeBy(const UserName &user, std::optional<Role> role = {});

private:
    struct Entry
    {
        InviteRecord record;
        int reserved = 0; ///< uses of which the store has not told yet
        bool isHidden = false;

        [[nodiscard]] bool holds(const QDateTime &now) const;
    };

    [[nodiscard]] Entry *entry(const QString &id);

    QList<Entry> m_entries; ///< oldest first
};

} // namespace hearth

#pragma once

#include "server/store/accountstore.h"
#include "tests/support/awaited.h"
#include "tests/support/testmain.h"

#include <functional>
#include <memory>

namespace hearth::test {

/// What every `AccountStore` must do, whatever is behind it (see EventStoreContract). What it has stored is looked at in a
/// store that was opened again.
class AccountStoreContract : public Test
{
    Q_OBJECT

public:
    using Open = std::function<std::unique_ptr<EventStore>(StoreState *state)>;
    /// `open` opens the same store again each time; `fresh` says that a new one begins.
    AccountStoreContract(Open open, std::function<void()> fresh) : m_open(std::move(open)), m_fresh(std::move(fresh)) { }

private slots:
    void init();
    void cleanup();

    // happy
    void firstAccountIsOwner();
    void plainNamesAreTakenOver();
    void sessionsBeginAndEnd();
    void passwordsEndOtherSessions();
    void removedUsersLeaveAndStayOut();
    void whatIsDoneToAccountsIsLoggedWithIt();
    void whoIsMadeAModeratorIsMutedNoMore();

    // rainy
    void refusals_data();
    void refusals();
    void nothingIsDoneForWhoWasRemoved();
    void nobodyJoinsWithoutTheirSession();
    void nobodyWritesOnceTheyAreOut();

private:
    template <typename T, typename... Arguments, typename... Given>
    Result<T, StoreError> call(void (AccountStore::*method)(Arguments...), const Given &...given)
    {
        Awaited<T, StoreError> done;
        (m_store->accounts().*method)(given..., done.callback());
        return done.result();
    }
    Result<UserRecord, StoreError> add(const QString &name, const std::optional<SessionRecord> &session = {},
                                       const QByteArray &passwordHash = {}, Role role = Role::Guest,
                                       const std::optional<AuditEntry> &deed = {});
    QList<AuditEntry> auditLog();
    /// Anna, who owns the chat, and Bo, signed in as `s1` and `s2`, and a lobby with nobody in it.
    void addTwoAndALobby();
    /// Closes the store and opens it again: what is in it.
    StoreState reopened();
    static QStringList sessionsOf(const StoreState &state, const QString &user);

    Open m_open;
    std::function<void()> m_fresh;
    std::unique_ptr<EventStore> m_store;
};

} // namespace hearth::test

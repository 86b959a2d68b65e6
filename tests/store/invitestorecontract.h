#pragma once

#include "server/store/accountstore.h"
#include "server/store/invitestore.h"
#include "server/store/moderationstore.h"
#include "tests/support/awaited.h"
#include "tests/support/testmain.h"

#include <functional>
#include <memory>

namespace hearth::test {

/// What every `InviteStore` must do, whatever is behind it; as `EventStoreContract`. Anna owns the server, mo moderates it,
/// bo is a guest; there are `lobby` and `ops`, where nobody is a member yet.
class InviteStoreContract : public Test
{
    Q_OBJECT

public:
    using Open = std::function<std::unique_ptr<EventStore>()>;
    explicit InviteStoreContract(Open open) : m_open(std::move(open)) { }

private slots:
    void init();
    void cleanup();

    // happy
    void anInviteIsMadeAndLogged();
    void somebodyNewGetsEverythingAtOnce();
    void theFirstOneOwnsTheServer();
    void itIsUsedAsOftenAsItMayBe();
    void whoIsThereGetsWhatTheyLack_data();
    void whoIsThereGetsWhatTheyLack();
    void aGuestIsMadeAnAccount_data();
    void aGuestIsMadeAnAccount();
    void oneThatIsTakenBackIsGone();
    void whoMayInviteNoMoreLosesTheirs_data();
    void whoMayInviteNoMoreLosesTheirs();

    // rainy
    void refusals_data();
    void refusals();
    void aTakenNameGetsNothing();

private:
    template <typename T, typename... Arguments, typename... Given>
    Result<T, StoreError> call(void (InviteStore::*method)(Arguments...), const Given &...given)
    {
        Awaited<T, StoreError> done;
        (m_store->invites().*method)(given..., done.callback());
        return done.result();
    }
    Result<Enrolled, StoreError> enroll(const QString &invite, const QString &name, Role role = Role::Member);
    Result<InviteInfo, StoreError> create(const InviteInfo &info);
    void addAccount(const QString &name, Role role);
    void carryOut(const AuditEntry &deed);
    QList<AuditEntry> audit();
    bool isThere(const QString &invite);

    Open m_open;
    std::unique_ptr<EventStore> m_store;
};

} // namespace hearth::test

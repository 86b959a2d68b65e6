#pragma once

#include "server/store/moderationstore.h"
#include "tests/support/awaited.h"
#include "tests/support/testmain.h"

#include <functional>
#include <memory>

namespace hearth::test {

/// What every `ModerationStore` must do, whatever is behind it; as `EventStoreContract`.
class ModerationStoreContract : public Test
{
    Q_OBJECT

public:
    using Open = std::function<std::unique_ptr<EventStore>()>;
    explicit ModerationStoreContract(Open open) : m_open(std::move(open)) { }

private slots:
    void init();
    void cleanup();

    // happy
    void everyDeedIsLogged_data();
    void everyDeedIsLogged();
    void entriesComeNewestFirst();
    void aRemovalIsLoggedWithItsEvent();
    void aDeletionIsLoggedWithItsAuthor();
    void deedsAndEventsShareAnOrder();
    void whatAnOwnerDidEnds();
    void whoIsInChargeIsMutedNoMore_data();
    void whoIsInChargeIsMutedNoMore();

    // rainy
    void refusals_data();
    void refusals();
    void theLastOwnerStaysOne();
    void onlyOwnersChangeWhatAnOwnerDid_data();
    void onlyOwnersChangeWhatAnOwnerDid();
    void whatChangesNothingIsNotLogged();

private:
    Result<AuditEntry, StoreError> carryOut(const AuditEntry &deed);
    AuditPage audit(std::optional<qint64> before = {}, int limit = 50);
    Appended append(const AppendRequest &request);
    void addUser(const QString &name);

    Open m_open;
    std::unique_ptr<EventStore> m_store;
};

} // namespace hearth::test

#pragma once

#include "server/store/eventstore.h"
#include "tests/support/awaited.h"
#include "tests/support/testmain.h"

#include <functional>
#include <memory>

namespace hearth::test {

/// What every `EventStore` must do, whatever is behind it. A test of one implementation makes a contract with
/// a way to open a fresh store and runs it.
class EventStoreContract : public Test
{
    Q_OBJECT

public:
    using Open = std::function<std::unique_ptr<EventStore>()>;
    explicit EventStoreContract(Open open) : m_open(std::move(open)) { }

private slots:
    void init();
    void cleanup();

    // happy
    void plainNamesAreTakenOnce();
    void seqRunsFromOneWithoutGap();
    void seqIsPerRoom();
    void completionsComeInOrder();
    void repeatGetsTheSameEvent();
    void historyFoldsEditsAndDeletions();
    void historyPagesBackwards();
    void historyKeepsToItsBudget();
    void reactionsAreSummed();
    void syncGivesEventsAsTheyHappened();
    void membershipFollowsItsEvents();
    void topicFollowsItsEvents();
    void countsUnreadAndMentions();
    void readMarkNeverGoesBack();
    void notificationsWaitInOrder();
    void notificationsAreBounded();
    void searchTakesTextLiterally_data();
    void searchTakesTextLiterally();
    void searchKeepsToRoomsAndAuthor();
    void keepDaysAreTheRooms();
    void expiryTakesTheOldestInSteps();
    void expiryKeepsWhatIsNew();
    void expiredRepeatsAreKnown();
    void expiredUnreadIsNotCounted();
    void expiryTakesAllThatIsKept();
    void everythingMayExpire();
    void nobodyIsToldOfWhatHasExpired();
    void drainComesLast();

    // rainy
    void refusals_data();
    void refusals();
    void refusedWriteLeavesItsNeighbours();
    void tooManyReactionKinds();
    void changesOfExpiredMessages_data();
    void changesOfExpiredMessages();
    void expiryInNoRoom();

private:
    UserRecord addUser(const QString &name);
    QList<RoomEvent> createRoom(const QString &id, const QStringList &members = {});
    Result<Appended, StoreError> append(const AppendRequest &request);
    RoomEvent post(const QString &user, const QString &content);
    /// One step; everything is old enough unless a time is given.
    Expired expire(int atMost = 1'000, const QDateTime &cutoff = QDateTime::currentDateTimeUtc().addDays(1));
    SyncPage sync(Seq after, int limit = 500);
    HistoryPage history(std::optional<Seq> before = {}, int limit = 50);

    Open m_open;
    std::unique_ptr<EventStore> m_store;
};

[[nodiscard]] UserName userName(const QString &text);
[[nodiscard]] RoomId roomId(const QString &text);
[[nodiscard]] ClientId clientId(const QString &text);

} // namespace hearth::test

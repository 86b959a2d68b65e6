#include "client/memberlistmodel.h"
#include "client/moderation.h"
#include "client/roomlistmodel.h"
#include "client/session.h"
#include "client/timelinemodel.h"
#include "server/chat/server.h"
#include "tests/support/testmain.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

namespace {

using State = ConnectionStatus::State;
using Problem = ConnectionStatus::Problem;

const RoomId Lobby = RoomId::lobby();

UserName name(const QString &text) { return *UserName::parse(text); }

bool isOnline(const Session &session) { return session.status().state == State::Online; }

/// A server in this process, and people at it.
class House
{
public:
    explicit House(bool approvesGuests = false)
    {
        ServerSettings settings;
        settings.bind = { QHostAddress::LocalHost };
        settings.port = 0;
        settings.discovery = false;
        settings.approveGuests = approvesGuests;
        settings.dataDirectory = m_directory.filePath(u"server"_s);
        m_server = std::make_unique<Server>(settings);
        const auto started = m_server->start();
        QVERIFY2(started.has_value(), started ? "" : qPrintable(started.error().text));
    }
    [[nodiscard]] std::unique_ptr<Session> session(const QString &user)
    {
        const QUrl url(u"ws://127.0.0.1:%1/chat"_s.arg(m_server->port()));
        auto session = std::make_unique<Session>(SessionSettings { url, name(user), {}, m_directory.filePath(u"client-"_s + user) });
        session->open();
        return session;
    }

private:
    QTemporaryDir m_directory;
    std::unique_ptr<Server> m_server;
};

} // namespace

class TestSessionModeration : public test::Test
{
    Q_OBJECT

private slots:
    void aGuestWaitsAndIsLetIn()
    {
        House house(true);
        const auto anna = house.session(u"Anna"_s);
        QTRY_VERIFY(isOnline(*anna));
        const auto cy = house.session(u"Cy"_s);
        QTRY_VERIFY(cy->status().waitsUntil.isValid());
        QCOMPARE(cy->status().state, State::Connecting);
        QTRY_COMPARE(anna->moderation()->guests().size(), 1);
        QCOMPARE(anna->moderation()->guests().first().user, name(u"cy"_s));
        anna->moderation()->admit(name(u"cy"_s), true);
        QTRY_VERIFY(isOnline(*cy));
        QVERIFY(!cy->status().waitsUntil.isValid());
        QTRY_VERIFY(anna->moderation()->guests().isEmpty());
    }

    void aGuestIsTurnedAway()
    {
        House house(true);
        const auto anna = house.session(u"Anna"_s);
        QTRY_VERIFY(isOnline(*anna));
        const auto cy = house.session(u"Cy"_s);
        QTRY_COMPARE(anna->moderation()->guests().size(), 1);
        anna->moderation()->admit(name(u"cy"_s), false);
        QTRY_COMPARE(cy->status().problem, Problem::Removed);
        QCOMPARE(cy->status().state, State::Offline);
        QCOMPARE(cy->status().removal->kind, Removal::Kind::TurnedAway);
        QVERIFY(cy->status().removal->by == name(u"anna"_s));
    }

    void whoIsBannedDoesNotComeBack()
    {
        House house;
        const auto anna = house.session(u"Anna"_s);
        QTRY_VERIFY(isOnline(*anna));
        auto bo = house.session(u"Bo"_s);
        QTRY_VERIFY(isOnline(*bo));
        anna->moderation()->ban(name(u"bo"_s), 3'600, u"spam"_s);
        QTRY_COMPARE(bo->status().problem, Problem::Removed);
        QCOMPARE(bo->status().removal->kind, Removal::Kind::Banned);
        QCOMPARE(bo->status().removal->reason, u"spam"_s);
        QVERIFY(bo->status().removal->until > QDateTime::currentDateTimeUtc().addSecs(3'500));
        bo.reset();
        bo = house.session(u"Bo"_s);
        QTRY_COMPARE(bo->status().problem, Problem::Removed); // at the door, with the right token

        QSignalSpy listed(anna->moderation(), &Moderation::bansListed);
        anna->moderation()->loadBans();
        QTRY_COMPARE(listed.size(), 1);
        const auto bans = listed.first().first().value<BansListed>().bans;
        QCOMPARE(bans.size(), 1);
        anna->moderation()->unban(bans.first());
        QTRY_COMPARE(listed.size(), 2); // it looks again
        QVERIFY(listed.last().first().value<BansListed>().bans.isEmpty());
        bo.reset();
        bo = house.session(u"Bo"_s);
        QTRY_VERIFY(isOnline(*bo));
    }

    void whoIsRemovedFromARoomIsTold()
    {
        House house;
        const auto anna = house.session(u"Anna"_s);
        QTRY_VERIFY(isOnline(*anna));
        const auto bo = house.session(u"Bo"_s);
        QTRY_VERIFY(isOnline(*bo));
        QSignalSpy removed(bo.get(), &Session::removedFromRoom);
        QSignalSpy gone(bo.get(), &Session::roomGone);
        anna->moderation()->kick(name(u"bo"_s), Lobby, u"loud"_s);
        QTRY_COMPARE(removed.size(), 1);
        QCOMPARE(removed.first().at(0).value<RoomSummary>().room, Lobby);
        QCOMPARE(removed.first().at(1).value<UserName>(), name(u"anna"_s));
        QCOMPARE(removed.first().at(2).toString(), u"loud"_s);
        QTRY_COMPARE(gone.size(), 1);
        QVERIFY(isOnline(*bo));
    }

    void mutesAreKnownAndEnd()
    {
        House house;
        const auto anna = house.session(u"Anna"_s);
        QTRY_VERIFY(isOnline(*anna));
        const auto bo = house.session(u"Bo"_s);
        QTRY_VERIFY(isOnline(*bo));
        const QDateTime now = QDateTime::currentDateTimeUtc();
        anna->moderation()->mute(name(u"bo"_s), Lobby, 600, u"loud"_s);
        QTRY_VERIFY(bo->moderation()->muteIn(Lobby, now));
        QVERIFY(!bo->moderation()->muteIn(*RoomId::parse(u"ops"), now));
        QVERIFY(!bo->moderation()->muteIn(Lobby, now.addSecs(700)));
        anna->moderation()->mute(name(u"bo"_s), {}, {}, {});
        QTRY_VERIFY(bo->moderation()->muteIn(*RoomId::parse(u"ops"), now.addYears(1)));
        QVERIFY(!bo->moderation()->muteIn(Lobby, now)->until.isValid()); // the longest
    }

    void rolesAndRestrictionsFollow()
    {
        House house;
        const auto anna = house.session(u"Anna"_s);
        QTRY_VERIFY(isOnline(*anna));
        const auto bo = house.session(u"Bo"_s);
        QTRY_VERIFY(isOnline(*bo));
        QTRY_VERIFY(anna->everyone()->member(name(u"bo"_s)));
        anna->moderation()->setRole(name(u"bo"_s), Role::Moderator);
        QTRY_COMPARE(bo->role(), Role::Moderator);
        QTRY_COMPARE(anna->everyone()->member(name(u"bo"_s))->role, Role::Moderator);
        bo->moderation()->setSlowMode(Lobby, 30);
        QTRY_COMPARE(anna->rooms()->summary(Lobby)->slowModeSeconds, 30);
        bo->moderation()->closeRoom(Lobby, true);
        QTRY_VERIFY(anna->rooms()->summary(Lobby)->isClosed);

        QSignalSpy listed(bo->moderation(), &Moderation::auditListed);
        bo->moderation()->loadAudit();
        QTRY_COMPARE(listed.size(), 1);
        const auto page = listed.first().first().value<AuditListed>();
        QCOMPARE(page.entries.size(), 3);
        QCOMPARE(page.entries.first().deed, Deed::CloseRoom);
    }

    // ---- rainy ----

    void refusalsAreTold()
    {
        House house;
        const auto anna = house.session(u"Anna"_s);
        QTRY_VERIFY(isOnline(*anna));
        const auto bo = house.session(u"Bo"_s);
        QTRY_VERIFY(isOnline(*bo));
        QSignalSpy failed(bo.get(), &Session::requestFailed);
        bo->moderation()->kick(name(u"anna"_s), {}, {});
        QTRY_COMPARE(failed.size(), 1);
        const auto failure = failed.first().first().value<RequestFailure>();
        QCOMPARE(failure.what, RequestFailure::What::Moderate);
        QCOMPARE(failure.code, ErrorCode::Forbidden);
        QCOMPARE(failure.message, u"Only moderators can remove somebody from the chat"_s);
    }
};

HEARTH_TEST_MAIN(TestSessionModeration)
#include "tst_sessionmoderation.moc"

#include "client/memberlistmodel.h"
#include "client/moderation.h"
#include "client/roomlistmodel.h"
#include "tests/e2e/bareclient.h"
#include "tests/e2e/serverprocess.h"
#include "tests/support/desktop.h"
#include "tests/support/testmain.h"
#include "ui/chatpage.h"
#include "ui/composer.h"
#include "ui/theme.h"

#include <QApplication>
#include <QDialog>
#include <QDir>
#include <QPushButton>
#include <QSettings>
#include <QTemporaryDir>

using namespace hearth;
using namespace hearth::test;
using namespace Qt::Literals::StringLiterals;

namespace {

const RoomId Lobby = RoomId::lobby();
constexpr int LongMs = 20'000; ///< for what waits for a reconnect

QStringList hosting(const QString &directory)
{
    return { u"--host"_s, u"--user"_s, u"Anna"_s, u"--port"_s, u"0"_s, u"--bind"_s, u"127.0.0.1"_s, u"--no-discovery"_s,
             u"--data"_s, directory };
}

QStringList joining(const QUrl &url, const QString &user, const QString &directory)
{
    return { u"--join"_s, url.toString(), u"--user"_s, user, u"--data"_s, directory };
}

} // namespace

/// The real window, with real servers.
class tst_Desktop : public Test
{
    Q_OBJECT

private slots:
    void oneHostsAnotherJoinsAThirdIsBare()
    {
        QTemporaryDir annas;
        QTemporaryDir bos;
        Desktop anna(hosting(annas.path()));
        QTRY_VERIFY_WITH_TIMEOUT(anna.isOnline(), LongMs);
        const QUrl url = anna.program.session()->settings().url;
        QVERIFY2(anna.banner().contains(u"127.0.0.1:%1"_s.arg(url.port())), qPrintable(anna.banner()));
        Desktop bo(joining(url, u"Bo"_s, bos.path()));
        QTRY_VERIFY_WITH_TIMEOUT(bo.isOnline(), LongMs);
        BareClient cy(url);
        QCOMPARE(cy.nextObject()["server"_L1]["name"_L1], u"Anna's chat"_s);

        bo.type(u"hello"_s);
        QTRY_COMPARE(anna.typingLine(), u"Bo is typing…"_s);
        QCOMPARE(cy.next(u"typing"_s)["user"_L1], u"Bo"_s);
        bo.pressEnter();
        QTRY_COMPARE(anna.messages(), QStringList { u"hello"_s });
        QTRY_COMPARE(anna.typingLine(), QString());
        QCOMPARE(cy.next(u"message"_s)["content"_L1], u"hello"_s);

        cy.say(u"{\"type\":\"typing\",\"user\":\"Cy\",\"is_typing\":true}"_s);
        QTRY_COMPARE(anna.typingLine(), u"Cy is typing…"_s);
        cy.say(u"{\"type\":\"message\",\"content\":\"from a bare socket\",\"user\":\"Cy\"}"_s);
        QTRY_COMPARE(anna.messages(), (QStringList { u"hello"_s, u"from a bare socket"_s }));
        QTRY_COMPARE(bo.messages(), (QStringList { u"hello"_s, u"from a bare socket"_s }));
        QCOMPARE(cy.next(u"message"_s)["user"_L1], u"Cy"_s); // its own
        anna.type(u"welcome"_s);
        anna.pressEnter();
        QCOMPARE(cy.next(u"message"_s)["content"_L1], u"welcome"_s);
        QTRY_COMPARE(bo.messages().last(), u"welcome"_s);
        QCOMPARE(anna.program.session()->role(), Role::Owner);
    }

    /// As the start page has it, and remembers it.
    void aHostWhoWantsToBeAskedIs()
    {
        QTemporaryDir annas;
        QTemporaryDir bos;
        QSettings(QDir(annas.path()).filePath(u"window.ini"_s), QSettings::IniFormat).setValue(u"host/approveGuests"_s, true);
        Desktop anna(hosting(annas.path()));
        QTRY_VERIFY_WITH_TIMEOUT(anna.isOnline(), LongMs);
        Desktop bo(joining(anna.program.session()->settings().url, u"Bo"_s, bos.path()));
        QTRY_COMPARE_WITH_TIMEOUT(anna.program.session()->moderation()->guests().size(), 1, LongMs);
        QVERIFY(!bo.isOnline());
        anna.program.session()->moderation()->admit(*UserName::parse(u"bo"), true);
        QTRY_VERIFY_WITH_TIMEOUT(bo.isOnline(), LongMs);
    }

    void whatWasSaidIsThereWhenOneHostsAgain()
    {
        QTemporaryDir annas;
        {
            Desktop anna(hosting(annas.path()));
            QTRY_VERIFY_WITH_TIMEOUT(anna.isOnline(), LongMs);
            anna.type(u"remember"_s);
            anna.pressEnter();
            QTRY_COMPARE(anna.program.session()->unsentCount(), 0);
        }
        Desktop anna(hosting(annas.path()));
        QTRY_VERIFY_WITH_TIMEOUT(anna.isOnline(), LongMs);
        QTRY_COMPARE(anna.messages(), QStringList { u"remember"_s });
    }

    void aHostIsAskedBeforeItLeavesOthers()
    {
        QTemporaryDir annas;
        QTemporaryDir bos;
        Desktop anna(hosting(annas.path()));
        QTRY_VERIFY_WITH_TIMEOUT(anna.isOnline(), LongMs);
        Desktop bo(joining(anna.program.session()->settings().url, u"Bo"_s, bos.path()));
        QTRY_VERIFY_WITH_TIMEOUT(bo.isOnline(), LongMs);
        QTRY_COMPARE(anna.program.session()->members(Lobby)->rowCount(), 2);
        QVERIFY(!anna.program.window()->close());
        QVERIFY(anna.program.window()->findChild<QDialog *>(u"question"_s) != nullptr);
        QVERIFY(anna.program.window()->isVisible());
        QSignalSpy finished(&anna.program, &DesktopProgram::finished);
        auto *quit = anna.program.window()->findChild<QPushButton *>(u"acceptButton"_s);
        QVERIFY(quit);
        quit->click();
        QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, LongMs);
        QTRY_VERIFY(bo.banner().contains(u"closed the chat"_s));
    }

    void theWindowComesBackByItself()
    {
        QTemporaryDir data;
        QTemporaryDir annas;
        QTemporaryDir bos;
        ServerProcess server(QStringLiteral(HEARTHD), data.path());
        QVERIFY(server.start());
        Desktop anna(joining(server.url(), u"Anna"_s, annas.path()));
        Desktop bo(joining(server.url(), u"Bo"_s, bos.path()));
        QTRY_VERIFY_WITH_TIMEOUT(anna.isOnline() && bo.isOnline(), LongMs);
        anna.type(u"before"_s);
        anna.pressEnter();
        QTRY_COMPARE(bo.messages(), QStringList { u"before"_s });
        bo.type(u"half a sent"_s);

        server.kill();
        QTRY_VERIFY_WITH_TIMEOUT(anna.banner().contains(u"Reconnecting"_s), LongMs);
        anna.type(u"meanwhile"_s);
        anna.pressEnter();
        QCOMPARE(anna.messages(), (QStringList { u"before"_s, u"meanwhile"_s })); // shown, not sent
        QCOMPARE(anna.program.session()->unsentCount(), 1);
        QVERIFY(server.start());
        QTRY_VERIFY_WITH_TIMEOUT(anna.isOnline() && bo.isOnline(), LongMs);
        QTRY_COMPARE_WITH_TIMEOUT(bo.messages(), (QStringList { u"before"_s, u"meanwhile"_s }), LongMs);
        QCOMPARE(anna.messages(), (QStringList { u"before"_s, u"meanwhile"_s }));
        QTRY_COMPARE(anna.program.session()->unsentCount(), 0);
        QCOMPARE(bo.page()->findChild<Composer *>()->text(), u"half a sent"_s);
        QTRY_COMPARE(anna.banner(), QString());
        // And the server has it once.
        BareClient witness(server.url());
        witness.say(u"{\"type\":\"history\",\"room\":\"lobby\"}"_s);
        QCOMPARE(witness.next(u"history"_s)["messages"_L1].toArray().size(), 2);
    }

    void aLinkToARoomOpensIt()
    {
        QTemporaryDir data;
        QTemporaryDir annas;
        QTemporaryDir bos;
        ServerProcess server(QStringLiteral(HEARTHD), data.path());
        QVERIFY(server.start());
        Desktop anna(joining(server.url(), u"Anna"_s, annas.path()));
        QTRY_VERIFY_WITH_TIMEOUT(anna.isOnline(), LongMs);
        const RoomId ops = *RoomId::parse(u"ops");
        anna.program.session()->createRoom(ops, u"Operations"_s, {}, RoomKind::Public);
        QTRY_COMPARE(anna.page()->currentRoom(), ops);
        QUrl link = server.url();
        link.setPath(u"/chat/ops"_s);
        Desktop bo(joining(link, u"Bo"_s, bos.path()));
        QTRY_VERIFY_WITH_TIMEOUT(bo.isOnline(), LongMs);
        QTRY_COMPARE(bo.page()->currentRoom(), ops);
    }

    /// Nothing of it is left on this computer: not even what the name belonged to.
    void aForgottenChatKnowsNobody()
    {
        QTemporaryDir data;
        QTemporaryDir bos;
        ServerProcess server(QStringLiteral(HEARTHD), data.path());
        QVERIFY(server.start());
        {
            Desktop bo(joining(server.url(), u"Bo"_s, bos.path()));
            QTRY_VERIFY_WITH_TIMEOUT(bo.isOnline(), LongMs);
        }
        {
            Desktop bo(joining(server.url(), u"Bo"_s, bos.path()));
            QTRY_VERIFY_WITH_TIMEOUT(bo.isOnline(), LongMs); // by what was kept
        }
        const QString address = u"127.0.0.1:%1"_s.arg(server.url().port());
        {
            Desktop bo({ u"--user"_s, u"Bo"_s, u"--data"_s, bos.path() });
            QVERIFY(bo.startPage()->findChild<QWidget *>(u"recent"_s)->isVisible());
            emit bo.program.window()->forgetRequested(address);
            QTRY_VERIFY(bo.startPage()->findChild<QWidget *>(u"recent"_s)->isHidden());
        }
        Desktop bo(joining(server.url(), u"Bo"_s, bos.path()));
        QTRY_VERIFY_WITH_TIMEOUT(bo.said().contains(u"This name is somebody's"_s), LongMs);
    }

    void theProgramItselfHostsAndJoins()
    {
        QTemporaryDir annas;
        QTemporaryDir bos;
        ServerProcess anna(QStringLiteral(HEARTH), annas.path());
        QVERIFY2(anna.start({ u"--host"_s, u"--user"_s, u"Anna"_s }), qPrintable(anna.errors()));
        QProcess bo;
        bo.start(QStringLiteral(HEARTH), joining(anna.url(), u"Bo"_s, bos.path()));
        BareClient cy(anna.url());
        QCOMPARE(cy.nextObject()["type"_L1], u"connected"_s);
        cy.say(u"{\"type\":\"message\",\"content\":\"anybody?\",\"user\":\"Cy\"}"_s);
        QTRY_VERIFY_WITH_TIMEOUT([&] {
            cy.say(u"{\"type\":\"who\",\"id\":1,\"room\":\"lobby\"}"_s);
            return cy.next(u"members"_s)["members"_L1].toArray().size() == 3;
        }(), LongMs);
        bo.terminate();
        QTRY_COMPARE_WITH_TIMEOUT(bo.state(), QProcess::NotRunning, LongMs);
        QCOMPARE(bo.exitCode(), 0);
        QCOMPARE(anna.terminate(), 0);
    }

    // ---- rainy ----

    void aPortInUseIsToldUnderHost()
    {
        QTemporaryDir data;
        QTemporaryDir annas;
        ServerProcess server(QStringLiteral(HEARTHD), data.path());
        QVERIFY(server.start());
        Desktop anna({ u"--host"_s, u"--user"_s, u"Anna"_s, u"--bind"_s, u"127.0.0.1"_s, u"--no-discovery"_s, u"--data"_s, annas.path(),
                       u"--port"_s, QString::number(server.url().port()) });
        QTRY_VERIFY(anna.said().contains(u"is used by another program"_s));
        QVERIFY(anna.page() == nullptr);
    }

    void nobodyThereIsToldUnderTheAddress()
    {
        QTemporaryDir data;
        QTemporaryDir annas;
        ServerProcess server(QStringLiteral(HEARTHD), data.path());
        QVERIFY(server.start());
        const QUrl url = server.url();
        server.kill();
        Desktop anna(joining(url, u"Anna"_s, annas.path()));
        QTRY_VERIFY_WITH_TIMEOUT(anna.said().contains(u"Nothing answers at"_s), LongMs);
    }
};

HEARTH_GUI_TEST_MAIN(tst_Desktop)
#include "tst_desktop.moc"

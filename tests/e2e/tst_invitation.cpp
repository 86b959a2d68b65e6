#include "client/invites.h"
#include "client/roomlistmodel.h"
#include "tests/e2e/serverprocess.h"
#include "tests/support/desktop.h"
#include "tests/support/testmain.h"
#include "ui/chatpage.h"

#include <QApplication>
#include <QFile>
#include <QLineEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTemporaryDir>

using namespace hearth;
using namespace hearth::test;
using namespace Qt::Literals::StringLiterals;

namespace {

const QString Hearthd = QStringLiteral(HEARTHD);
constexpr int LongMs = 20'000;

QStringList opening(const QString &link, const QString &user, const QString &directory)
{
    return { link, u"--user"_s, user, u"--data"_s, directory };
}

bool isAskedForPassword(Desktop &desktop) { return desktop.part<QLineEdit>(u"password"_s)->isVisible(); }

} // namespace

/// An invite all the way: made where the server runs, or in a window; opened as a link by somebody who was never here.
class tst_Invitation : public Test
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_base;
    std::unique_ptr<ServerProcess> m_server;

    [[nodiscard]] QString path(const QString &name) const { return m_base->filePath(name); }
    [[nodiscard]] bool start(const QByteArray &configuration)
    {
        QFile ini(path(u"hearth.ini"_s));
        if (!ini.open(QIODevice::WriteOnly) || ini.write(configuration) < 0)
            return false;
        ini.close();
        m_server = std::make_unique<ServerProcess>(Hearthd, path(u"data"_s));
        return m_server->start({ u"--config"_s, ini.fileName() });
    }
    [[nodiscard]] Ended command(const QStringList &words) const { return run(Hearthd, QStringList { u"--data"_s, path(u"data"_s) } + words); }
    /// What `hearthd invite create` prints, with the address at which the server can be reached here.
    [[nodiscard]] QString linkFor(const QStringList &clauses) const
    {
        static const QRegularExpression link(u"Link: hearth://[^/]+/(\\S+)"_s);
        const Ended made = command(QStringList { u"invite"_s, u"create"_s } + clauses);
        const auto found = link.match(made.output);
        return found.hasMatch() ? u"hearth://127.0.0.1:%1/%2"_s.arg(m_server->url().port()).arg(found.captured(1)) : made.errors;
    }

private slots:
    void init()
    {
        m_base = std::make_unique<QTemporaryDir>();
        QFile password(path(u"password"_s));
        QVERIFY(password.open(QIODevice::WriteOnly));
        password.write("correct horse\n");
    }
    void cleanup() { m_server.reset(); }

    void aLinkMakesAnAccount()
    {
        QCOMPARE(command({ u"user"_s, u"add"_s, u"anna"_s, u"--role=owner"_s, u"--password-file"_s, path(u"password"_s) }).code, 0);
        QVERIFY(start("[server]\naccess = accounts\n"));
        const QString link = linkFor({ u"in"_s, u"lobby"_s, u"as"_s, u"moderator"_s, u"uses"_s, u"1"_s });
        QVERIFY2(link.startsWith(u"hearth://"), qPrintable(link));
        Desktop bo(opening(link, u"Bo"_s, path(u"bo"_s)));
        QCOMPARE(bo.part<QPushButton>(u"joinButton"_s)->property("role").toString(), u"main"_s); // it is what one came for
        bo.pressJoin();
        QTRY_VERIFY_WITH_TIMEOUT(isAskedForPassword(bo), LongMs);
        bo.part<QLineEdit>(u"password"_s)->setText(u"battery staple"_s);
        bo.pressJoin();
        QTRY_VERIFY_WITH_TIMEOUT(bo.isOnline(), LongMs); // the link has vouched for the key: nothing was asked
        QCOMPARE(bo.program.session()->role(), Role::Moderator);

        // The one use is used: whoever else has the link stays outside, and chooses no password in vain.
        Desktop eve(opening(link, u"Eve"_s, path(u"eve"_s)));
        eve.pressJoin();
        QTRY_VERIFY_WITH_TIMEOUT(eve.said().contains(u"invite does not hold any more"), LongMs);
        QVERIFY(!isAskedForPassword(eve));
        QVERIFY(!eve.isOnline());
        QVERIFY(!command({ u"user"_s, u"list"_s }).output.contains(u"Eve"));
    }

    void aLinkLeadsPastTheDoorIntoItsRoom()
    {
        QVERIFY(start("[server]\napprove_guests = true\n"));
        Desktop anna(opening(u"hearth://127.0.0.1:%1/?fp=%2"_s.arg(m_server->url().port()).arg(fingerprint()), u"Anna"_s, path(u"anna"_s)));
        anna.pressJoin();
        QTRY_VERIFY_WITH_TIMEOUT(anna.isOnline(), LongMs);
        Session *annas = anna.program.session();
        QCOMPARE(annas->role(), Role::Owner);
        const RoomId secret = *RoomId::parse(u"secret"_s);
        annas->createRoom(secret, u"Secret"_s, {}, RoomKind::Private);
        QTRY_VERIFY(annas->rooms()->summary(secret).has_value());

        QSignalSpy created(annas->invites(), &Invites::created);
        annas->invites()->create({ .room = secret, .role = Role::Member, .uses = 1 });
        QTRY_COMPARE(created.size(), 1);
        const QString link = u"hearth://127.0.0.1:%1/secret?fp=%2&invite=%3"_s.arg(m_server->url().port()).arg(fingerprint(), created.first().at(1).toString());
        Desktop bo(opening(link, u"Bo"_s, path(u"bo"_s)));
        bo.pressJoin();
        QTRY_VERIFY_WITH_TIMEOUT(bo.isOnline(), LongMs);
        QCOMPARE(bo.program.session()->role(), Role::Member);
        QTRY_VERIFY(bo.program.session()->rooms()->summary(secret).has_value());
        QTRY_COMPARE(bo.program.window()->chatPage()->currentRoom(), secret);
    }

private:
    [[nodiscard]] QString fingerprint() const
    {
        static const QRegularExpression fp(u"fp=([A-Za-z0-9_-]{43})"_s);
        return fp.match(command({ u"fingerprint"_s }).output).captured(1);
    }
};

HEARTH_GUI_TEST_MAIN(tst_Invitation)
#include "tst_invitation.moc"

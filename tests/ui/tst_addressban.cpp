#include "client/moderation.h"
#include "server/chat/server.h"
#include "tests/support/testmain.h"
#include "ui/addressbandialog.h"
#include "ui/chatpage.h"
#include "ui/mainwindow.h"
#include "ui/sidebar.h"
#include "ui/translations.h"

#include <QApplication>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

namespace {

const QString NoAddress = u"This is no address. Type one such as 192.0.2.7, or a subnet such as 192.0.2.0/24 or 2001:db8::/32."_s;

/// The window of an owner, at a server in this process.
class House
{
public:
    House() : m_settings(m_directory.filePath(u"window.ini"_s), QSettings::IniFormat), m_window(m_settings)
    {
        ServerSettings settings;
        settings.bind = { QHostAddress::LocalHost };
        settings.port = 0;
        settings.discovery = false;
        settings.dataDirectory = m_directory.filePath(u"server"_s);
        m_server = std::make_unique<Server>(settings);
        m_isServing = m_server->start().has_value();
        m_session = std::make_unique<Session>(SessionSettings { QUrl(u"ws://127.0.0.1:%1/chat"_s.arg(m_server->port())),
                                                                *UserName::parse(u"Anna"), {}, m_directory.filePath(u"client"_s) });
        m_window.setSession(m_session.get(), u"ship.lan"_s);
        m_window.show();
        m_session->open();
    }
    ~House() { m_window.showStart(); }

    [[nodiscard]] bool isOpen() const { return m_isServing && m_window.chatPage() && m_session->role() == Role::Owner; }
    /// By the menu of the chat.
    [[nodiscard]] AddressBanDialog *ask()
    {
        emit m_window.findChild<Sidebar *>()->menuRequested({});
        for (QMenu *menu : m_window.findChildren<QMenu *>()) {
            for (QAction *action : menu->actions()) {
                if (action->text() == u"Ban an address…"_s)
                    action->trigger();
            }
            menu->close();
        }
        return m_window.findChild<AddressBanDialog *>();
    }
    /// Addresses that are banned, as the server lists them.
    [[nodiscard]] QList<BanInfo> bans()
    {
        QList<BanInfo> listed;
        QSignalSpy spy(m_session->moderation(), &Moderation::bansListed);
        m_session->moderation()->loadBans();
        if (spy.wait(5'000))
            listed = spy.first().first().value<BansListed>().bans;
        return listed;
    }

private:
    QTemporaryDir m_directory;
    QSettings m_settings;
    std::unique_ptr<Server> m_server;
    std::unique_ptr<Session> m_session;
    MainWindow m_window;
    bool m_isServing = false;
};

QPushButton *accept(const QDialog &dialog) { return dialog.findChild<QPushButton *>(u"acceptButton"_s); }

void type(const QDialog &dialog, const QString &address)
{
    auto *field = dialog.findChild<QLineEdit *>(u"addressField"_s);
    field->clear();
    QTest::keyClicks(field, address);
}

} // namespace

/// A ban of an address, from the window to a server and back.
class tst_AddressBan : public test::Test
{
    Q_OBJECT

private slots:
    void initTestCase() { installTranslations(*qApp); }

    void addressesAndSubnetsAreBanned_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("banned");
        QTest::newRow("an address") << u"192.0.2.7"_s << u"192.0.2.7"_s;
        QTest::newRow("with blanks") << u"  192.0.2.7 "_s << u"192.0.2.7"_s;
        QTest::newRow("a subnet") << u"192.0.2.9/24"_s << u"192.0.2.0/24"_s;
        QTest::newRow("IPv6") << u"2001:db8::7"_s << u"2001:db8::7"_s;
        QTest::newRow("a subnet of IPv6") << u"2001:db8::/32"_s << u"2001:db8::/32"_s;
    }
    void addressesAndSubnetsAreBanned()
    {
        QFETCH(QString, typed);
        QFETCH(QString, banned);
        House house;
        QTRY_VERIFY(house.isOpen());
        QPointer<AddressBanDialog> dialog = house.ask();
        QVERIFY(dialog);
        type(*dialog, typed);
        auto *length = dialog->findChild<QComboBox *>(u"lengthChoice"_s);
        length->setCurrentIndex(length->findText(u"For 7 days"_s));
        QTest::keyClicks(dialog->findChild<QLineEdit *>(u"reasonField"_s), u"spam"_s);
        QTest::keyClick(dialog, Qt::Key_Return);
        QVERIFY(!accept(*dialog)->isEnabled()); // until there is an answer
        QTRY_VERIFY(!dialog);
        const QList<BanInfo> bans = house.bans();
        QCOMPARE(bans.size(), 1);
        QCOMPARE(bans.first().address, banned);
        QCOMPARE(bans.first().reason, u"spam"_s);
        const qint64 seconds = QDateTime::currentDateTimeUtc().secsTo(bans.first().until);
        QVERIFY2(seconds > 604'700 && seconds <= 604'800, qPrintable(QString::number(seconds)));
    }

    // ---- rainy ----

    void whatIsNoAddressIsSaid_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::newRow("nothing") << QString();
        QTest::newRow("a name") << u"Bo"_s;
        QTest::newRow("a host") << u"ship.lan"_s;
        QTest::newRow("half of one") << u"10.1"_s;
        QTest::newRow("a port") << u"192.0.2.7:7373"_s;
        QTest::newRow("a zone") << u"fe80::1%eth0"_s;
        QTest::newRow("too long a subnet") << u"192.0.2.7/33"_s;
        QTest::newRow("too long a subnet of IPv6") << u"2001:db8::/129"_s;
        QTest::newRow("a subnet without its length") << u"192.0.2.0/"_s;
        QTest::newRow("an embedded subnet") << u"::ffff:192.0.2.0/120"_s;
    }
    void whatIsNoAddressIsSaid()
    {
        QFETCH(QString, typed);
        House house;
        QTRY_VERIFY(house.isOpen());
        auto *dialog = house.ask();
        QVERIFY(dialog);
        type(*dialog, typed);
        accept(*dialog)->click();
        auto *problem = dialog->findChild<QLabel *>(u"addressProblem"_s);
        QTRY_VERIFY(problem->isVisible());
        QCOMPARE(problem->text(), NoAddress);
        QCOMPARE(dialog->findChild<QLineEdit *>(u"addressField"_s)->accessibleDescription(), NoAddress);
        QVERIFY(accept(*dialog)->isEnabled());
        type(*dialog, u"192.0.2.7"_s);
        QVERIFY(!problem->isVisible()); // it was about something else
        QVERIFY(house.bans().isEmpty());
    }

    void oneselfIsNotBanned()
    {
        House house;
        QTRY_VERIFY(house.isOpen());
        QPointer<AddressBanDialog> dialog = house.ask();
        QVERIFY(dialog);
        type(*dialog, u"127.0.0.1"_s);
        accept(*dialog)->click();
        auto *problem = dialog->findChild<QLabel *>(u"addressProblem"_s);
        QTRY_VERIFY(problem->isVisible());
        QVERIFY2(problem->text().startsWith(u"This address cannot be banned"_s), qPrintable(problem->text()));
        QVERIFY(problem->height() >= problem->heightForWidth(problem->width())); // none of it is cut off
        type(*dialog, u"192.0.2.7"_s);
        accept(*dialog)->click();
        QTRY_VERIFY(!dialog);
        QCOMPARE(house.bans().size(), 1);
    }
};

HEARTH_GUI_TEST_MAIN(tst_AddressBan)
#include "tst_addressban.moc"

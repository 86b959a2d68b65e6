// Renders the states of the window to PNG files: screenshots DIRECTORY [SCENE…]. Run by scripts/screenshots.

#include "client/roomlistmodel.h"
#include "client/session.h"
#include "client/timelinemodel.h"
#include "tests/support/scriptedserver.h"
#include "ui/devicesdialog.h"
#include "ui/passworddialog.h"
#include "ui/appearance.h"
#include "ui/addressbandialog.h"
#include "ui/auditdialog.h"
#include "ui/banner.h"
#include "ui/chatpage.h"
#include "ui/composer.h"
#include "ui/emojipicker.h"
#include "ui/invitedialog.h"
#include "ui/invitesheet.h"
#include "ui/invitewords.h"
#include "ui/keydialog.h"
#include "ui/mainwindow.h"
#include "ui/memberspanel.h"
#include "ui/moderationwords.h"
#include "ui/removedpage.h"
#include "ui/sidebar.h"
#include "ui/theme.h"
#include "ui/timelineview.h"
#include "ui/translations.h"
#include "ui/words.h"

#include <QApplication>
#include <QComboBox>
#include <QDialog>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QPainter>
#include <QScrollBar>
#include <QPushButton>
#include <QSettings>
#include <QStackedWidget>
#include <QTabBar>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#include <cstdio>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

namespace {

const RoomId Lobby = RoomId::lobby();

QPalette darkPalette()
{
    QPalette palette;
    palette.setColor(QPalette::Window, QColor(0x2b, 0x2b, 0x2b));
    palette.setColor(QPalette::WindowText, QColor(0xee, 0xee, 0xee));
    return palette;
}

QString at(int daysAgo, const QString &time)
{
    return QDate::currentDate().addDays(-daysAgo).toString(Qt::ISODate) + u'T' + time + u":00.000Z"_s;
}

QJsonObject person(const QString &name, const QString &state, const QString &role = u"guest"_s)
{
    return { { u"user"_s, name }, { u"state"_s, state }, { u"role"_s, role } };
}

QJsonObject room(const QString &id, const QString &name, const QString &topic, int last, int read, int unread, int mentions,
                 const QString &kind = u"public"_s)
{
    return { { u"room"_s, id }, { u"name"_s, name }, { u"topic"_s, topic }, { u"kind"_s, kind }, { u"last_seq"_s, last },
             { u"read_seq"_s, read }, { u"unread"_s, unread }, { u"mentions"_s, mentions }, { u"member_count"_s, 6 } };
}

void fill(test::ScriptedServer &server)
{
    server.role = u"owner"_s;
    server.users = { person(u"anna"_s, u"online"_s, u"owner"_s), person(u"Bo"_s, u"online"_s, u"moderator"_s),
                     person(u"Cy"_s, u"away"_s), person(u"Dilara Öztürk"_s, u"busy"_s), person(u"Émile"_s, u"offline"_s),
                     person(u"مريم"_s, u"online"_s) };
    const auto say = [&](const QString &who, const QString &what, const QString &when, const QJsonObject &more = {}) {
        server.addMessage(u"lobby"_s, who, what, when, more);
    };
    say(u"Bo"_s, u"Has anybody seen the key of the server room?"_s, at(1, u"16:42"_s));
    say(u"Cy"_s, u"On the hook behind the door, where it always is."_s, at(1, u"16:43"_s));
    say(u"Bo"_s, u"Found it, thanks."_s, at(1, u"16:50"_s), { { u"reply_to"_s, 2 } });
    say(u"anna"_s, u"Good morning. The switch on floor 2 gets its new firmware at ten; the network is away for about two minutes. "
                   "Hearth comes back by itself, so just keep on writing."_s, at(0, u"08:12"_s),
        { { u"reactions"_s, QJsonArray { QJsonObject { { u"emoji"_s, u"👍"_s }, { u"users"_s, QJsonArray { u"Bo"_s, u"anna"_s, u"Cy"_s } } },
                                         QJsonObject { { u"emoji"_s, u"☕"_s }, { u"users"_s, QJsonArray { u"Bo"_s } } } } } });
    say(u"Bo"_s, u"Fine with me."_s, at(0, u"08:14"_s));
    say(u"Bo"_s, u"The plan is at http://files.ship.lan/floor2/plan.html, the old one too."_s, at(0, u"08:15"_s));
    say(u"مريم"_s, u"صباح الخير، سأكون هناك في العاشرة."_s, at(0, u"08:31"_s));
    say(u"Dilara Öztürk"_s, u"Die Netzwerkinfrastrukturwartungsdokumentation liegt im Schrank."_s, at(0, u"09:05"_s),
        { { u"edited_at"_s, at(0, u"09:06"_s) } });
    say(u"anna"_s, u"for host in a b c; do\n    ssh $host uptime\ndone"_s, at(0, u"09:20"_s));
    say(u"Cy"_s, u""_s, at(0, u"09:41"_s), { { u"deleted"_s, true } });
    say(u"Cy"_s, u"@anna done, all three are back."_s, at(0, u"10:02"_s));
    say(u"Bo"_s, u"🎉🎉🎉"_s, at(0, u"10:03"_s));
    server.addMessage(u"dm:0123456789abcdef0123456789abcdef"_s, u"Bo"_s, u"Lunch?"_s, at(0, u"10:04"_s));
    QJsonObject direct = room(u"dm:0123456789abcdef0123456789abcdef"_s, {}, {}, 1, 0, 1, 0, u"direct"_s);
    direct.insert(u"peer"_s, u"Bo"_s);
    server.rooms = { room(u"lobby"_s, u"Lobby"_s, u"Everybody on deck. The coffee machine is on floor 3."_s, 12, 10, 2, 1),
                     room(u"ops"_s, u"Operations"_s, u"What runs and what does not"_s, 0, 0, 0, 0),
                     room(u"library"_s, u"A reading circle with quite a long name"_s, {}, 0, 0, 4, 0),
                     room(u"captains"_s, u"Captains"_s, {}, 0, 0, 0, 0, u"private"_s), direct };
}

class Studio
{
public:
    /// Without names, all scenes.
    Studio(const QString &directory, const QStringList &wanted) : m_directory(directory), m_wanted(wanted)
    {
        QDir().mkpath(directory);
    }

    struct Scene
    {
        QString name;
        QSize size { 1'100, 720 };
        bool isDark = false;
    };

    /// What lies over a window: the window is grabbed, and the dialog or popup in its place.
    void shootOver(QWidget &window, QWidget &over, const Scene &scene)
    {
        if (!isWanted(scene))
            return;
        QTest::qWait(50);
        QPixmap picture = window.grab();
        QPainter painter(&picture);
        painter.fillRect(QRect({}, window.size()), QColor(0, 0, 0, 60));
        painter.drawPixmap((window.width() - over.width()) / 2, (window.height() - over.height()) / 2, over.grab());
        painter.end();
        if (!picture.save(QDir(m_directory).filePath(scene.name + u".png"_s)))
            qFatal("cannot write the picture");
        std::printf("%s.png\n", qPrintable(scene.name));
    }
    /// A window in a chat with `server`, online.
    void chat(const Scene &scene, test::ScriptedServer &server, const std::function<void(MainWindow &, Session &)> &act)
    {
        if (!isWanted(scene))
            return;
        QApplication::setPalette(scene.isDark ? darkPalette() : QPalette());
        QTemporaryDir data;
        QSettings settings(data.filePath(u"window.ini"_s), QSettings::IniFormat);
        MainWindow window(settings);
        window.resize(scene.size);
        window.show();
        Session session({ server.url(), *UserName::parse(u"anna"_s), {}, data.filePath(u"client"_s) });
        window.setSession(&session, u"192.168.1.20"_s);
        session.open();
        const bool isThere = QTest::qWaitFor([&] {
            return window.chatPage() != nullptr && session.status().state == ConnectionStatus::State::Online
                && !session.timeline(Lobby)->isLoading();
        }, 10'000);
        if (!isThere)
            qFatal("the window never came online: %d %d", int(session.status().state), int(session.status().problem));
        session.setCurrentRoom(Lobby);
        act(window, session);
        shoot(window, scene);
        window.showStart();
    }
    void shoot(QWidget &window, const Scene &scene)
    {
        QCoreApplication::sendPostedEvents();
        QTest::qWait(50); // delayed layouts
        if (!window.grab().save(QDir(m_directory).filePath(scene.name + u".png"_s)))
            qFatal("cannot write the picture");
        std::printf("%s.png\n", qPrintable(scene.name));
    }
    void start(const Scene &scene, const std::function<void(MainWindow &)> &act)
    {
        if (!isWanted(scene))
            return;
        QApplication::setPalette(scene.isDark ? darkPalette() : QPalette());
        QTemporaryDir data;
        QSettings settings(data.filePath(u"window.ini"_s), QSettings::IniFormat);
        settings.setValue(u"user/name"_s, u"Anna"_s);
        settings.beginWriteArray(u"recent"_s, 2);
        settings.setArrayIndex(0);
        settings.setValue(u"address"_s, u"192.168.1.20"_s);
        settings.setValue(u"name"_s, u"Bo's chat"_s);
        settings.setArrayIndex(1);
        settings.setValue(u"address"_s, u"ship.lan:7400"_s);
        settings.setValue(u"name"_s, u"Bridge & engine room"_s);
        settings.endArray();
        MainWindow window(settings);
        window.resize(scene.size);
        window.show();
        act(window);
        shoot(window, scene);
    }

    /// A page, as it comes out of the printer.
    void paper(const QString &name, const InviteSheet &sheet)
    {
        if (!isWanted({ name }))
            return;
        constexpr QSize A4 { 827, 1'169 }; // at 100 dots an inch
        constexpr int Margin = 60;
        QImage page(A4, QImage::Format_RGB32);
        page.setDotsPerMeterX(3'937);
        page.setDotsPerMeterY(3'937);
        page.fill(Theme::codePaper());
        QPainter painter(&page);
        paintInviteSheet(painter, QRectF(page.rect()).adjusted(Margin, Margin, -Margin, -Margin), sheet);
        painter.end();
        if (!page.save(QDir(m_directory).filePath(name + u".png"_s)))
            qFatal("cannot write the picture");
        std::printf("%s.png\n", qPrintable(name));
    }

private:
    [[nodiscard]] bool isWanted(const Scene &scene) const { return m_wanted.isEmpty() || m_wanted.contains(scene.name); }

    QString m_directory;
    QStringList m_wanted;
};

void typingIn(test::ScriptedServer &server, const QStringList &users)
{
    for (const QString &user : users) {
        server.send({ { u"type"_s, u"typing"_s }, { u"room"_s, u"lobby"_s }, { u"user"_s, user }, { u"is_typing"_s, true },
                      { u"timestamp"_s, at(0, u"10:05"_s) } });
    }
}

} // namespace

int main(int argc, char **argv)
{
    qputenv("QT_NO_GLIB", "1");
    QApplication app(argc, argv);
    QApplication::setApplicationName(u"Hearth"_s);
    setUpAppearance();
    installTranslations(app);
    if (argc < 2) {
        std::fprintf(stderr, "usage: screenshots DIRECTORY [SCENE...]\n");
        return 2;
    }
    Studio studio(QString::fromLocal8Bit(argv[1]), QApplication::arguments().mid(2));
    const auto nothing = [](auto &...) {};

    studio.start({ u"start"_s }, nothing);
    studio.start({ .name = u"start-dark"_s, .isDark = true }, nothing);
    studio.start({ u"start-unreachable"_s, { 700, 720 } }, [](MainWindow &window) {
        window.startPage()->setAddress(u"192.168.1.99"_s);
        ConnectionStatus status;
        status.problem = ConnectionStatus::Problem::Unreachable;
        window.showProblem(StartPage::Place::Join, Words::joinProblem(status, u"192.168.1.99"_s));
    });

    const auto problem = [&](const QString &name, StartPage::Place place, ConnectionStatus::Problem what, bool isDark) {
        studio.start({ name, { 700, 720 }, isDark }, [&](MainWindow &window) {
            window.startPage()->setAddress(u"ship.lan:7400"_s);
            ConnectionStatus status;
            status.problem = what;
            window.showProblem(place, Words::joinProblem(status, u"ship.lan:7400"_s));
        });
    };
    using Problem = ConnectionStatus::Problem;
    problem(u"start-name-taken"_s, StartPage::Place::Name, Problem::NameTaken, false);
    problem(u"start-wrong-password"_s, StartPage::Place::Password, Problem::WrongPassword, false);
    studio.start({ u"start-account"_s, { 700, 720 } }, [](MainWindow &window) {
        window.startPage()->setAddress(u"ship.lan:7400"_s);
        window.startPage()->askForPassword(StartPage::Secret::OfAccount);
    });
    studio.start({ u"start-wrong-account"_s, { 700, 720 }, true }, [](MainWindow &window) {
        window.startPage()->setAddress(u"ship.lan:7400"_s);
        ConnectionStatus status;
        status.problem = Problem::WrongAccount;
        window.startPage()->showPasswordProblem(StartPage::Secret::OfAccount, Words::joinProblem(status, u"ship.lan:7400"_s));
    });
    studio.start({ u"start-name-owned"_s, { 700, 720 } }, [](MainWindow &window) {
        window.startPage()->setAddress(u"ship.lan:7400"_s);
        ConnectionStatus status;
        status.problem = Problem::NameIsOwned;
        window.startPage()->showPasswordProblem(StartPage::Secret::OfName, Words::joinProblem(status, u"ship.lan:7400"_s));
    });
    studio.start({ u"start-password-not-encrypted-dark"_s, { 700, 720 }, true }, [](MainWindow &window) {
        window.startPage()->setAddress(u"ws://ship.lan:7400"_s);
        window.startPage()->setOpenToOthers(true);
        window.startPage()->askForPassword(StartPage::Secret::OfChat);
    });
    // Invites, as whoever gets a link sees them.
    const QString inviteLink = u"hearth://192.168.1.20/ops?fp=ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0&invite=mZ0pYw7Qk1uXrB5cT2aE9g"_s;
    const auto invited = [&](const QString &name, bool isDark, const std::function<void(StartPage &)> &act) {
        studio.start({ name, { 700, 720 }, isDark }, [&](MainWindow &window) {
            window.startPage()->offer(inviteLink);
            act(*window.startPage());
        });
    };
    invited(u"start-invite"_s, false, nothing);
    invited(u"start-new-account"_s, false, [](StartPage &page) {
        page.setHostOptions({ true });
        page.askForPassword(StartPage::Secret::OfNewAccount);
    });
    invited(u"start-new-account-dark"_s, true, [](StartPage &page) {
        ConnectionStatus status;
        status.problem = Problem::NameHasAccount;
        page.setHostOptions({ true });
        page.showPasswordProblem(StartPage::Secret::OfNewAccount, Words::joinProblem(status, {}));
    });
    invited(u"start-invite-refused"_s, false, [](StartPage &page) {
        ConnectionStatus status;
        status.problem = Problem::InviteRefused;
        page.showProblem(StartPage::Place::Join, Words::joinProblem(status, {}));
    });
    invited(u"start-invite-dark"_s, true, nothing);
    studio.start({ u"start-link-cut"_s, { 700, 720 } }, [&inviteLink](MainWindow &window) { window.startPage()->offer(inviteLink.chopped(8)); });
    studio.start({ u"forget-behind"_s, { 700, 720 } }, [&studio](MainWindow &window) {
        emit window.startPage()->forgetRequested(u"192.168.1.20"_s);
        studio.shootOver(window, *window.findChild<QDialog *>(), { u"forget"_s });
    });
    QFile::remove(QDir(QString::fromLocal8Bit(argv[1])).filePath(u"forget-behind.png"_s));
    problem(u"start-other-version-dark"_s, StartPage::Place::Join, Problem::VersionTooOld, true);
    studio.start({ u"start-port-used"_s, { 700, 720 } }, [](MainWindow &window) {
        window.showProblem(StartPage::Place::Host,
                           u"Port 7373 on 0.0.0.0 is used by another program. Choose another port, or quit that program."_s);
    });

    const auto scene = [&](const Studio::Scene &what, const std::function<void(test::ScriptedServer &, MainWindow &, Session &)> &act) {
        test::ScriptedServer server;
        if (!server.listen())
            qFatal("cannot listen");
        fill(server);
        studio.chat(what, server, [&](MainWindow &window, Session &session) { act(server, window, session); });
    };
    scene({ u"chat-light"_s }, nothing);
    scene({ .name = u"chat-dark"_s, .isDark = true }, nothing);
    scene({ u"chat-narrow"_s, { 480, 720 } }, nothing);
    scene({ u"chat-narrow-dark"_s, { 480, 720 }, true }, nothing);
    scene({ u"chat-wide"_s, { 2'560, 900 } }, nothing);
    scene({ u"hosting"_s, { 900, 600 } }, [](auto &, MainWindow &window, auto &) {
        window.setHosting({ u"192.168.1.20"_s, u"10.0.0.4"_s });
    });
    scene({ u"typing"_s, { 800, 520 } }, [](test::ScriptedServer &server, auto &, Session &session) {
        typingIn(server, { u"Bo"_s, u"Cy"_s });
        if (!QTest::qWaitFor([&] { return session.typists(Lobby).size() == 2; }))
            qFatal("nobody types");
    });
    scene({ u"failed"_s, { 800, 560 } }, [](test::ScriptedServer &server, auto &, Session &session) {
        server.onRequest = [](const QJsonObject &request, QWebSocket *from) {
            if (request["type"_L1].toString() != "message"_L1)
                return false;
            test::ScriptedServer::reply(from, request, { { u"type"_s, u"error"_s }, { u"code"_s, u"forbidden"_s },
                                                         { u"message"_s, u"No"_s }, { u"timestamp"_s, at(0, u"10:05"_s) } });
            return true;
        };
        session.post(Lobby, u"This one does not get through."_s);
        TimelineModel *timeline = session.timeline(Lobby);
        const bool isFailed = QTest::qWaitFor([&] {
            return timeline->index(timeline->rowCount() - 1).data(TimelineModel::DeliveryRole).toInt()
                == static_cast<int>(TimelineModel::Delivery::Failed);
        });
        if (!isFailed)
            qFatal("it was not refused");
    });
    scene({ u"reconnecting"_s, { 800, 560 } }, [](test::ScriptedServer &server, MainWindow &, Session &session) {
        server.stop();
        if (!QTest::qWaitFor([&] { return session.status().state == ConnectionStatus::State::Waiting; }))
            qFatal("it did not notice");
        session.post(Lobby, u"This one waits until the connection is back."_s);
    });
    scene({ u"server-closed"_s, { 800, 560 }, true }, [](test::ScriptedServer &server, MainWindow &, Session &session) {
        server.shutDown();
        if (!QTest::qWaitFor([&] { return session.status().problem == ConnectionStatus::Problem::ServerClosed; }))
            qFatal("it did not notice");
    });
    scene({ u"storage-full"_s, { 800, 560 } }, [](test::ScriptedServer &server, MainWindow &window, Session &session) {
        server.onRequest = [](const QJsonObject &request, QWebSocket *from) {
            if (request["type"_L1].toString() != "message"_L1)
                return false;
            test::ScriptedServer::reply(from, request, { { u"type"_s, u"error"_s }, { u"code"_s, u"storage_full"_s },
                                                         { u"message"_s, u"No"_s }, { u"timestamp"_s, at(0, u"10:05"_s) } });
            return true;
        };
        session.post(Lobby, u"This one waits until there is room again."_s);
        if (!QTest::qWaitFor([&] { return !window.findChild<Composer *>()->problem().isEmpty(); }))
            qFatal("it was not refused");
    });
    scene({ u"scrolled-up"_s, { 800, 480 } }, [](auto &, MainWindow &window, auto &) {
        auto *timeline = window.findChild<TimelineView *>();
        QTest::qWait(50);
        timeline->verticalScrollBar()->setValue(20);
    });
    scene({ u"focused-row"_s, { 800, 560 } }, [](auto &, MainWindow &window, Session &session) {
        auto *timeline = window.findChild<TimelineView *>();
        window.activateWindow();
        timeline->setFocus(Qt::TabFocusReason);
        timeline->setCurrentIndex(timeline->model()->index(session.timeline(Lobby)->rowCount() - 3, 0));
    });
    scene({ u"composing"_s, { 800, 560 } }, [](auto &, MainWindow &window, Session &) {
        auto *composer = window.findChild<Composer *>();
        composer->beginReply(Seq(11), u"Cy"_s, u"@anna done, all three are back."_s);
        composer->setText(u"Thank you.\nI write that down for the next time,\nso that nobody has to look for the key."_s);
    });
    scene({ u"rooms-narrow"_s, { 480, 640 } }, [](auto &, MainWindow &window, auto &) {
        window.findChild<QToolButton *>(u"sidebarButton"_s)->click();
    });
    scene({ u"members-narrow"_s, { 700, 560 } }, [](auto &, MainWindow &window, auto &) {
        window.findChild<QToolButton *>(u"membersButton"_s)->click();
    });
    scene({ u"direct"_s, { 900, 560 } }, [](auto &, MainWindow &window, Session &) {
        window.chatPage()->showRoom(*RoomId::parse(u"dm:0123456789abcdef0123456789abcdef"_s));
        QTest::qWait(50);
    });
    const auto dialog = [&](const QString &name, bool isDark, const std::function<QWidget *(test::ScriptedServer &, MainWindow &)> &open) {
        scene({ name + u"-behind"_s, { 900, 600 }, isDark }, [&](test::ScriptedServer &server, MainWindow &window, auto &) {
            QWidget *over = open(server, window);
            if (over == nullptr)
                qFatal("no dialog");
            studio.shootOver(window, *over, { name });
            over->close();
        });
        QFile::remove(QDir(QString::fromLocal8Bit(argv[1])).filePath(name + u"-behind.png"_s));
    };
    dialog(u"create-room"_s, false, [](auto &, MainWindow &window) -> QWidget * {
        window.chatPage()->createRoom();
        auto *over = window.findChild<QDialog *>();
        over->findChild<QLineEdit *>(u"roomName"_s)->setText(u"Night shift"_s);
        return over;
    });
    dialog(u"join-room"_s, true, [](test::ScriptedServer &server, MainWindow &window) -> QWidget * {
        QJsonObject other = room(u"garden"_s, u"Garden"_s, u"What grows"_s, 3, 0, 0, 0);
        other.insert(u"member"_s, false);
        server.publicRooms = { other };
        window.chatPage()->browseRooms();
        QTest::qWait(100);
        return window.findChild<QDialog *>();
    });
    const auto details = [](test::ScriptedServer &server, MainWindow &window) -> QWidget * {
        server.send({ { u"type"_s, u"keep"_s }, { u"room"_s, u"lobby"_s }, { u"keep_days"_s, 30 } });
        QTest::qWait(100);
        window.chatPage()->showDetails();
        return window.findChild<QDialog *>();
    };
    dialog(u"room-details"_s, false, details);
    dialog(u"room-details-dark"_s, true, [&details](test::ScriptedServer &server, MainWindow &window) -> QWidget * {
        QWidget *over = details(server, window);
        auto *choice = over->findChild<QComboBox *>();
        choice->setCurrentIndex(choice->findText(u"7 days"_s));
        return over;
    });
    for (const bool isDark : { false, true }) {
        scene({ isDark ? u"expired-dark"_s : u"expired"_s, { 800, 560 }, isDark }, [](test::ScriptedServer &server, MainWindow &window, Session &) {
            server.send({ { u"type"_s, u"keep"_s }, { u"room"_s, u"lobby"_s }, { u"keep_days"_s, 30 }, { u"first_seq"_s, 4 } });
            QTest::qWait(100);
            window.findChild<TimelineView *>()->verticalScrollBar()->setValue(0);
        });
    }
    const auto devices = [](auto &, MainWindow &window) -> QWidget * {
        const QDateTime now = QDateTime::currentDateTimeUtc();
        auto *over = new DevicesDialog(false, &window);
        over->setSessions({ { u"s1"_s, u"hearth 0.1.0"_s, u"192.168.1.31"_s, now, now, true, true },
                           { u"s2"_s, u"hearth 0.1.0"_s, u"192.168.1.44"_s, now, now, true, false },
                           { u"s3"_s, {}, u"192.168.1.7"_s, now, now.addDays(-1), false, false } },
                         now);
        over->open();
        return over;
    };
    dialog(u"devices"_s, false, devices);
    dialog(u"devices-dark"_s, true, devices);
    dialog(u"member-menu"_s, false, [](auto &, MainWindow &window) -> QWidget * {
        auto *list = window.findChild<QListView *>(u"members"_s);
        emit list->activated(list->model()->index(2, 0));
        return window.findChild<MembersPanel *>()->findChild<QMenu *>();
    });
    dialog(u"change-password-dark"_s, true, [](auto &, MainWindow &window) -> QWidget * {
        auto *password = new PasswordDialog(true, &window);
        password->setProblem(Words::failure({ .what = RequestFailure::What::SetPassword, .code = ErrorCode::Unauthorized }));
        password->open();
        return password;
    });
    dialog(u"open-link"_s, false, [](auto &, MainWindow &window) -> QWidget * {
        emit window.findChild<TimelineView *>()->linkActivated(QUrl(u"http://bank.example@files.ship.lan/floor2/plan.html"_s));
        return window.findChild<QDialog *>();
    });
    dialog(u"emoji"_s, true, [](auto &, MainWindow &window) -> QWidget * {
        emit window.findChild<TimelineView *>()->reactionWanted(Seq(4), window.mapToGlobal(QPoint(400, 400)));
        return window.findChild<EmojiPicker *>();
    });
    dialog(u"message-menu"_s, false, [](auto &, MainWindow &window) -> QWidget * {
        auto *timeline = window.findChild<TimelineView *>();
        timeline->setFocus(Qt::TabFocusReason);
        timeline->setCurrentIndex(timeline->model()->index(8, 0));
        QTest::keyClick(timeline, Qt::Key_Return);
        return timeline->findChild<QMenu *>();
    });
    const auto keyDialog = [&](const QString &name, bool isDark, const ConnectionStatus &status) {
        const Studio::Scene what { name, { 700, 720 }, isDark };
        studio.start({ name + u"-behind"_s, what.size, isDark }, [&](MainWindow &window) {
            KeyDialog question(status, u"192.168.1.20"_s, &window);
            question.setAttribute(Qt::WA_DeleteOnClose, false);
            question.show();
            studio.shootOver(window, question, what);
        });
        QFile::remove(QDir(QString::fromLocal8Bit(argv[1])).filePath(name + u"-behind.png"_s));
    };
    ConnectionStatus keyStatus;
    keyStatus.problem = ConnectionStatus::Problem::UnknownKey;
    keyStatus.presentedKey = Fingerprint::ofKey("a key");
    keyDialog(u"first-use"_s, false, keyStatus);
    keyDialog(u"first-use-dark"_s, true, keyStatus);
    keyStatus.problem = ConnectionStatus::Problem::ChangedKey;
    keyStatus.knownKey = Fingerprint::ofKey("another key");
    keyDialog(u"changed-key"_s, false, keyStatus);
    keyDialog(u"changed-key-dark"_s, true, keyStatus);
    keyStatus.isVouchedFor = true;
    keyDialog(u"changed-key-link"_s, false, keyStatus);
    // Moderation: what those in charge see, and what the others do.
    for (const bool isDark : { false, true }) {
        scene({ isDark ? u"guest-waiting-dark"_s : u"guest-waiting"_s, { 900, 600 }, isDark }, [](test::ScriptedServer &server, MainWindow &, Session &) {
            server.send({ { u"type"_s, u"guest_waiting"_s }, { u"user"_s, u"Cy"_s }, { u"client"_s, u"hearth 0.1.0"_s },
                          { u"address"_s, u"192.168.1.44"_s }, { u"timestamp"_s, at(0, u"10:05"_s) }, { u"is_waiting"_s, true } });
            QTest::qWait(100);
        });
    }
    studio.start({ u"waiting-at-the-door"_s, { 700, 720 } }, [](MainWindow &window) {
        const QDateTime now = QDateTime::fromString(at(0, u"10:05"_s), Qt::ISODateWithMs);
        window.startPage()->setAddress(u"192.168.1.20"_s);
        window.startPage()->setBusy(ModerationWords::atTheDoor(u"192.168.1.20"_s, now.addSecs(600), now));
    });
    const auto removedPage = [&](const QString &name, bool isDark, const Removal &removal) {
        studio.start({ name, { 700, 720 }, isDark }, [&](MainWindow &window) {
            auto *pages = window.findChild<QStackedWidget *>(); // as MainWindow::showRemoved() does
            auto *page = new RemovedPage(pages);
            pages->addWidget(page);
            page->setRemoval(removal, u"Bo's chat"_s);
            pages->setCurrentWidget(page);
        });
    };
    const UserName bo = *UserName::parse(u"Bo");
    removedPage(u"kicked"_s, false, { Removal::Kind::Kicked, bo, {}, u"Please calm down, and come back in the evening."_s });
    const QDateTime tomorrow = QDateTime::fromString(at(-1, u"10:05"_s), Qt::ISODateWithMs);
    removedPage(u"banned"_s, false, { Removal::Kind::Banned, bo, tomorrow, u"Advertising in every room."_s });
    removedPage(u"banned-dark"_s, true, { Removal::Kind::Banned, bo, {}, {} });
    removedPage(u"turned-away"_s, false, { Removal::Kind::TurnedAway, bo, {}, u"Today is for the crew only."_s });
    scene({ u"muted"_s, { 800, 560 } }, [](test::ScriptedServer &server, MainWindow &, Session &) {
        server.send({ { u"type"_s, u"muted"_s }, { u"room"_s, u"lobby"_s }, { u"is_muted"_s, true }, { u"by"_s, u"Bo"_s },
                      { u"until"_s, at(-1, u"10:05"_s) }, { u"reason"_s, u"Please let others speak"_s } });
        QTest::qWait(100);
    });
    dialog(u"ban"_s, false, [](auto &, MainWindow &window) -> QWidget * {
        QMenu menu;
        emit window.findChild<MembersPanel *>()->menuOpening(&menu, *UserName::parse(u"Cy"));
        for (QAction *action : menu.actions()) {
            if (action->text() == u"Ban…"_s)
                action->trigger();
        }
        return window.findChild<QDialog *>();
    });
    dialog(u"ban-address"_s, false, [](auto &, MainWindow &window) -> QWidget * {
        auto *over = new AddressBanDialog(window.chatPage());
        over->show();
        return over;
    });
    const auto audit = [](auto &, MainWindow &window) -> QWidget * {
        auto *log = new AuditDialog(window.chatPage());
        const UserName anna = *UserName::parse(u"anna");
        const auto when = [](int daysAgo, const QString &time) { return QDateTime::fromString(at(daysAgo, time), Qt::ISODateWithMs); };
        const UserName cy = *UserName::parse(u"Cy");
        const UserName moderator = *UserName::parse(u"Bo");
        const RoomId ops = *RoomId::parse(u"ops");
        log->append({ { AuditEntry { .id = 8, .at = when(0, u"10:01"_s), .by = moderator, .deed = Deed::Ban, .user = cy, .until = when(-1, u"10:01"_s), .reason = u"Advertising in every room"_s },
                        AuditEntry { .id = 7, .at = when(0, u"09:58"_s), .by = moderator, .deed = Deed::DeleteMessage, .user = cy, .room = Lobby, .seq = Seq(10) },
                        AuditEntry { .id = 6, .at = when(0, u"09:57"_s), .by = moderator, .deed = Deed::Mute, .user = cy, .room = Lobby, .until = when(0, u"10:07"_s) },
                        AuditEntry { .id = 5, .at = when(1, u"17:20"_s), .by = anna, .deed = Deed::SlowMode, .room = ops, .seconds = 30 },
                        AuditEntry { .id = 4, .at = when(1, u"17:19"_s), .by = anna, .deed = Deed::CloseRoom, .room = ops },
                        AuditEntry { .id = 3, .at = when(1, u"08:30"_s), .by = anna, .deed = Deed::Admit, .user = cy, .address = u"192.168.1.44"_s },
                        AuditEntry { .id = 2, .at = when(2, u"11:00"_s), .deed = Deed::SetRole, .user = moderator, .role = Role::Moderator } },
                      true });
        log->show();
        return log;
    };
    dialog(u"audit-log-empty"_s, false, [](auto &, MainWindow &window) -> QWidget * {
        auto *log = new AuditDialog(window.chatPage());
        log->append({});
        log->show();
        return log;
    });
    dialog(u"audit-log"_s, false, audit);
    dialog(u"audit-log-dark"_s, true, audit);
    const auto invites = [&](const QString &name, const QSize &size, bool isDark, const QString &role, const std::function<void(InviteDialog &)> &act) {
        test::ScriptedServer server;
        if (!server.listen())
            qFatal("cannot listen");
        fill(server);
        server.role = role;
        studio.chat({ name + u"-behind"_s, size, isDark }, server, [&](MainWindow &window, Session &) {
            window.setHosting({ u"192.168.1.20"_s, u"10.0.0.4"_s }, Fingerprint::ofKey("a key"));
            window.chatPage()->showRoom(*RoomId::parse(u"ops"_s));
            window.chatPage()->invitePeople();
            auto *over = window.findChild<InviteDialog *>();
            act(*over);
            studio.shootOver(window, *over, { name });
            over->close();
        });
        QFile::remove(QDir(QString::fromLocal8Bit(argv[1])).filePath(name + u"-behind.png"_s));
    };
    const QDateTime today = QDateTime::fromString(at(0, u"10:05"_s), Qt::ISODateWithMs);
    const RoomId ops = *RoomId::parse(u"ops");
    const UserName anna = *UserName::parse(u"anna");
    const InviteInfo made { u"i1"_s, ops, Role::Member, anna, {}, today, today.addDays(1), 0, 10 };
    const auto showMade = [&](InviteDialog &over) { over.setCreated(made, u"mZ0pYw7Qk1uXrB5cT2aE9g"_s); };
    const auto showHeld = [&](InviteDialog &over) {
        over.findChild<QTabBar *>()->setCurrentIndex(1);
        over.setInvites({ { u"i2"_s, {}, Role::Guest, bo, u"The poster in the mess"_s, today, {}, 41, {} }, made,
                          { u"i3"_s, {}, Role::Moderator, {}, u"Whoever keeps watch in the night, so that somebody can let the others in, and knows where the key is"_s,
                            today, today.addDays(7), 0, 1 } });
    };
    const QSize tall { 900, 760 };
    const QSize narrow { 480, 760 };
    invites(u"invite-form"_s, tall, false, u"owner"_s, nothing);
    invites(u"invite-form-dark"_s, narrow, true, u"owner"_s, [](InviteDialog &over) {
        over.findChild<QComboBox *>(u"roleChoice"_s)->setCurrentIndex(2);
        over.setProblem(Words::failure({ .what = RequestFailure::What::CreateInvite, .code = ErrorCode::Conflict }));
    });
    invites(u"invite"_s, tall, false, u"owner"_s, showMade);
    invites(u"invite-dark"_s, tall, true, u"owner"_s, showMade);
    invites(u"invite-narrow"_s, narrow, false, u"owner"_s, showMade);
    invites(u"invite-list"_s, tall, false, u"owner"_s, showHeld);
    invites(u"invite-list-dark"_s, narrow, true, u"moderator"_s, showHeld);
    invites(u"invite-list-empty"_s, tall, false, u"owner"_s, [](InviteDialog &over) {
        over.findChild<QTabBar *>()->setCurrentIndex(1);
        over.setInvites({});
    });
    invites(u"invite-list-long"_s, tall, false, u"owner"_s, [&](InviteDialog &over) {
        over.findChild<QTabBar *>()->setCurrentIndex(1);
        const UserName longest = *UserName::parse(u"Wwwwwwww Mmmmmmmm Wwwwwwww Mmmmm");
        QList<InviteInfo> held;
        for (int i = 0; i < 8; ++i)
            held.append({ u"i%1"_s.arg(i), *RoomId::parse(QString(64, u'w')), Role::Member, longest, QString(200, u'x'), today, today.addDays(1), 0, 10 });
        over.setInvites(held);
    });
    studio.paper(u"invite-page"_s, { u"Anna's chat"_s, u"Operations"_s, inviteLink, InviteWords::sheetValidity(made) });
    invites(u"invite-member"_s, tall, false, u"member"_s, nothing);
    scene({ u"not-encrypted"_s, { 900, 600 } }, [](auto &, MainWindow &window, Session &session) {
        ConnectionStatus status = session.status();
        status.isOpenToOthers = true;
        window.findChild<Sidebar *>()->setStatus(status);
        window.findChild<Banner *>()->showText(Words::notEncrypted(), {}, true);
        window.findChild<Banner *>()->show();
    });
    for (const bool isDark : { false, true }) {
        const QString name = isDark ? u"member-not-encrypted-dark"_s : u"member-not-encrypted"_s;
        scene({ name, { 900, 600 }, isDark }, [](test::ScriptedServer &server, MainWindow &window, Session &) {
            server.send({ { u"type"_s, u"presence"_s }, { u"user"_s, u"Cy"_s }, { u"state"_s, u"away"_s }, { u"encrypted"_s, false } });
            const auto *sign = window.findChild<QLabel *>(u"inTheClear"_s);
            if (!QTest::qWaitFor([sign] { return sign->isVisible(); }))
                qFatal("nobody is shown to be in the clear");
        });
    }
    {
        test::ScriptedServer server;
        if (!server.listen())
            qFatal("cannot listen");
        server.users = { person(u"anna"_s, u"online"_s, u"owner"_s) };
        server.rooms = { room(u"lobby"_s, u"Lobby"_s, {}, 0, 0, 0, 0) };
        const auto host = [](MainWindow &window, Session &) { window.setHosting({ u"192.168.1.20"_s, u"10.0.0.4"_s }, Fingerprint::ofKey("a key")); };
        studio.chat({ u"empty"_s, { 900, 560 } }, server, host);
        studio.chat({ u"empty-narrow-dark"_s, { 480, 560 }, true }, server, host);
    }
    {
        test::ScriptedServer server;
        if (!server.listen())
            qFatal("cannot listen");
        const QString longName = u"Wwwwwwww Mmmmmmmm Wwwwwwww Mmmmm"_s;
        server.users = { person(u"anna"_s, u"online"_s), person(longName, u"online"_s, u"moderator"_s) };
        server.rooms = { room(u"lobby"_s, u"A room whose display name is as long as a name may be, 64 chars"_s,
                              QString(u"A topic that goes on. "_s).repeated(13), 3, 3, 0, 0) };
        server.addMessage(u"lobby"_s, longName, QString(400, u'x'), at(0, u"09:00"_s));
        server.addMessage(u"lobby"_s, longName, u"<b>not bold</b> <img src=file:///etc/passwd> <script>alert(1)</script>"_s, at(0, u"09:01"_s));
        server.addMessage(u"lobby"_s, u"anna"_s, u"😀"_s, at(0, u"09:02"_s));
        studio.chat({ u"long"_s, { 900, 560 } }, server, nothing);
    }
    return 0;
}

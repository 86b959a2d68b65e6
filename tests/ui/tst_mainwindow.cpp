#include "client/roomlistmodel.h"
#include "client/timelinemodel.h"
#include "tests/support/testmain.h"
#include "tests/ui/stage.h"
#include "ui/banner.h"
#include "ui/chatpage.h"
#include "ui/choosedialog.h"
#include "ui/composer.h"
#include "ui/createroomdialog.h"
#include "ui/emojipicker.h"
#include "ui/emptynote.h"
#include "ui/invitedialog.h"
#include "ui/keydialog.h"
#include "ui/mainwindow.h"
#include "ui/memberspanel.h"
#include "ui/sidebar.h"
#include "ui/theme.h"
#include "ui/timelineview.h"

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QDialog>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QSplitter>
#include <QTemporaryDir>
#include <QToolButton>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;
using test::ScriptedServer;
using test::Stage;

namespace {

const RoomId Lobby = RoomId::lobby();

} // namespace

class tst_MainWindow : public test::Test
{
    Q_OBJECT

private slots:
    void startsWithANameAndTwoWays()
    {
        Stage stage;
        QSignalSpy hosted(&stage.window, &MainWindow::hostRequested);
        QSignalSpy joined(&stage.window, &MainWindow::joinRequested);
        auto *name = stage.find<QLineEdit>(u"userName"_s);
        auto *address = stage.find<QLineEdit>(u"address"_s);
        stage.find<QPushButton>(u"hostButton"_s)->click();
        QCOMPARE(hosted.count(), 0);
        QVERIFY(!stage.visibleError().isEmpty()); // the name first
        QTest::keyClicks(name, u"Anna"_s);
        QVERIFY(stage.visibleError().isEmpty());
        stage.find<QPushButton>(u"joinButton"_s)->click();
        QCOMPARE(joined.count(), 0);
        QVERIFY(stage.visibleError().contains(u"address"_s));
        QTest::keyClicks(address, u"192.168.1.20"_s);
        QTest::keyClick(address, Qt::Key_Return);
        QCOMPARE(joined.count(), 1);
        QCOMPARE(joined.first().at(1).value<ServerAddress>().port, quint16 { 7373 });
        stage.window.showStart();
        stage.find<QPushButton>(u"hostButton"_s)->click();
        QCOMPARE(hosted.count(), 1);
        QCOMPARE(stage.settings.value(u"user/name"_s).toString(), u"Anna"_s); // asked once
    }
    /// What a host wants to be asked is remembered for the next time.
    void approvalIsRemembered()
    {
        Stage stage;
        QSignalSpy hosted(&stage.window, &MainWindow::hostRequested);
        auto *approve = stage.find<QCheckBox>(u"approveGuests"_s);
        QVERIFY(approve->isVisible() && !approve->isChecked());
        QTest::keyClicks(stage.find<QLineEdit>(u"userName"_s), u"Anna"_s);
        approve->click();
        stage.find<QPushButton>(u"hostButton"_s)->click();
        QCOMPARE(hosted.count(), 1);
        QCOMPARE(hosted.first().at(1).value<HostOptions>(), HostOptions { true });
        MainWindow next(stage.settings);
        QCOMPARE(next.startPage()->hostOptions(), HostOptions { true });
        next.setCanHost(false);
        QVERIFY(next.findChild<QCheckBox *>(u"approveGuests"_s)->isHidden());
    }
    /// The one main action is what Enter does: to join what stands in the field, else to host.
    void theMainActionIsToJoinWhatStandsThere()
    {
        Stage stage;
        auto *host = stage.find<QPushButton>(u"hostButton"_s);
        auto *join = stage.find<QPushButton>(u"joinButton"_s);
        const auto mainOnes = [&] {
            QStringList names;
            for (const QPushButton *button : { host, join })
                if (button->property("role").toString() == u"main"_s)
                    names.append(button->objectName());
            return names;
        };
        QCOMPARE(mainOnes(), QStringList { u"hostButton"_s });
        stage.window.startPage()->offer(u"hearth://ship.lan/ops?invite=mZ0pYw7Qk1uXrB5cT2aE9g"_s);
        QCOMPARE(mainOnes(), QStringList { u"joinButton"_s });
        const Theme theme = Theme::current();
        QCOMPARE(join->grab().toImage().pixelColor(join->width() / 2, 4), theme.accent); // drawn so
        stage.find<QLineEdit>(u"address"_s)->clear();
        QCOMPARE(mainOnes(), QStringList { u"hostButton"_s });
        stage.window.setCanHost(false); // built without a server
        QCOMPARE(mainOnes(), QStringList { u"joinButton"_s });
    }
    void aLinkThatWasCutSaysSo()
    {
        Stage stage;
        QTest::keyClicks(stage.find<QLineEdit>(u"userName"_s), u"Anna"_s);
        stage.window.startPage()->offer(u"hearth://ship.lan/ops?fp=ungWv48Bz&invite=mZ0pYw7"_s);
        QCOMPARE(stage.visibleError(), u"Something is missing or changed in this link. Copy the whole link."_s);
        QSignalSpy joined(&stage.window, &MainWindow::joinRequested);
        stage.find<QPushButton>(u"joinButton"_s)->click();
        QCOMPARE(joined.count(), 0);
        QVERIFY(stage.visibleError().contains(u"the whole link"_s));
    }
    void aChatIsForgottenAfterAQuestion()
    {
        Stage stage;
        stage.settings.beginWriteArray(u"recent"_s, 1);
        stage.settings.setArrayIndex(0);
        stage.settings.setValue(u"address"_s, u"ship.lan"_s);
        stage.settings.setValue(u"name"_s, u"Bo's chat"_s);
        stage.settings.endArray();
        stage.window.showStart();
        QSignalSpy forgotten(&stage.window, &MainWindow::forgetRequested);
        const auto forgetButton = [&]() -> QToolButton * {
            for (QToolButton *button : stage.window.startPage()->findChildren<QToolButton *>())
                if (button->accessibleName() == u"Forget ship.lan"_s && button->isVisible())
                    return button;
            return nullptr;
        };
        QVERIFY(forgetButton());
        forgetButton()->click();
        QCOMPARE(forgotten.size(), 0);
        auto *accept = stage.find<QPushButton>(u"acceptButton"_s);
        QVERIFY(accept);
        accept->click();
        QCOMPARE(forgotten.size(), 1);
        QCOMPARE(forgotten.first().first().toString(), u"ship.lan"_s);
        QVERIFY(forgetButton()); // until it is
        stage.window.setForgotten(u"ship.lan"_s);
        QVERIFY(!forgetButton());
    }
    void startsByKeyAlone()
    {
        Stage stage;
        QApplication::setActiveWindow(&stage.window);
        QSignalSpy hosted(&stage.window, &MainWindow::hostRequested);
        auto *name = stage.find<QLineEdit>(u"userName"_s);
        QTest::keyClick(name, Qt::Key_Return);
        QVERIFY(!stage.visibleError().isEmpty());
        QVERIFY(name->hasFocus()); // where it can be mended
        QTest::keyClicks(name, u"Anna"_s);
        QTest::keyClick(name, Qt::Key_Return);
        auto *host = stage.find<QPushButton>(u"hostButton"_s);
        QVERIFY(host->hasFocus());
        QCOMPARE(hosted.count(), 0);
        QTest::keyClick(host, Qt::Key_Return);
        QCOMPARE(hosted.count(), 1);
    }
    void showsTheChatWhenOnline()
    {
        Stage stage;
        stage.server.addMessage(u"lobby"_s, u"Bo"_s, u"hello"_s, u"2026-11-23T14:05:00.000Z"_s);
        QVERIFY(stage.comeOnline());
        QCOMPARE(stage.window.chatPage()->currentRoom(), Lobby);
        QTRY_COMPARE(stage.session->timeline(Lobby)->rowCount(), 1);
        QCOMPARE(stage.window.windowTitle(), u"Lobby – Anna's chat"_s);
        stage.window.showStart();
        QCOMPARE(stage.settings.value(u"recent/1/address"_s).toString(), u"ship.lan"_s); // remembered
    }
    void writesAndSends()
    {
        Stage stage;
        QVERIFY(stage.comeOnline());
        QTest::keyClicks(stage.find<Composer>()->field(), u"hi"_s);
        QTRY_COMPARE(stage.server.heard(u"typing"_s).size(), 1); // sparingly: two keys, one sign
        QTest::keyClick(stage.find<Composer>()->field(), Qt::Key_Return);
        QTRY_COMPARE(stage.server.heard(u"message"_s).size(), 1);
        QCOMPARE(stage.server.heard(u"message"_s).first()["content"_L1], u"hi"_s);
        QTRY_COMPARE(stage.server.heard(u"typing"_s).size(), 2);
        QCOMPARE(stage.server.heard(u"typing"_s).last()["is_typing"_L1], false);
        QTRY_COMPARE(stage.session->unsentCount(), 0);
        QCOMPARE(stage.session->timeline(Lobby)->rowCount(), 1);
    }
    /// Rows come faster than they are laid out: whoever was at the bottom still is.
    void aBurstEndsAtItsNewest()
    {
        Stage stage;
        QVERIFY(stage.comeOnline());
        const auto *timeline = stage.session->timeline(Lobby);
        for (int i = 0; i < 1'500; ++i)
            stage.server.say(u"lobby"_s, u"Bo"_s, QString::number(i), u"2026-11-23T14:05:00.000Z"_s);
        auto *view = stage.find<TimelineView>();
        QTRY_COMPARE_WITH_TIMEOUT(view->lastVisibleSeq(), Seq(1'500), 30'000);
        QVERIFY(view->isAtBottom());
        QCOMPARE(timeline->newerCount(), 0);
        QTRY_VERIFY(timeline->rowCount() <= 400);
    }
    void keepsADraftForEachRoom()
    {
        Stage stage;
        QVERIFY(stage.comeOnline());
        const RoomId ops = *RoomId::parse(u"ops");
        QTest::keyClicks(stage.find<Composer>()->field(), u"for the lobby"_s);
        stage.window.chatPage()->showRoom(ops);
        QCOMPARE(stage.find<Composer>()->text(), QString());
        QTest::keyClicks(stage.find<Composer>()->field(), u"for ops"_s);
        stage.window.chatPage()->showRoom(Lobby);
        QCOMPARE(stage.find<Composer>()->text(), u"for the lobby"_s);
        stage.window.chatPage()->goToRoom(1, false);
        QCOMPARE(stage.window.chatPage()->currentRoom(), ops);
        QCOMPARE(stage.find<Composer>()->text(), u"for ops"_s);
    }
    void tellsTheConnectionInWords()
    {
        Stage stage;
        QVERIFY(stage.comeOnline());
        QCOMPARE(stage.find<QLabel>(u"connectionState"_s)->text(), u"Connected"_s);
        const quint16 port = stage.server.port();
        stage.server.stop();
        QTRY_VERIFY(stage.find<Banner>()->text().contains(u"Reconnecting"_s));
        QTest::keyClicks(stage.find<Composer>()->field(), u"kept"_s);
        QVERIFY(stage.server.listen(port));
        stage.find<QPushButton>(u"bannerAction"_s)->click(); // Try now
        QTRY_COMPARE_WITH_TIMEOUT(stage.find<Banner>()->text(), QString(), 10'000);
        QCOMPARE(stage.find<Composer>()->text(), u"kept"_s);
    }
    void whoIsHereIsKnownWhileConnected()
    {
        Stage stage;
        stage.server.rooms.append(QJsonObject { { u"room"_s, u"dm:0123456789abcdef0123456789abcdef"_s }, { u"name"_s, QString() },
                                                { u"topic"_s, QString() }, { u"kind"_s, u"direct"_s }, { u"peer"_s, u"Bo"_s } });
        QVERIFY(stage.comeOnline());
        const auto spoken = [&stage](const QString &list, int row) {
            const auto *model = stage.find<QListView>(list)->model();
            return model->index(row, 0).data(Qt::AccessibleTextRole).toString();
        };
        QTRY_COMPARE(spoken(u"members"_s, 1), u"Bo, online"_s);
        QCOMPARE(spoken(u"rooms"_s, 2), u"Bo, online"_s);
        const QImage before = stage.find<QListView>(u"members"_s)->grab().toImage();
        const quint16 port = stage.server.port();
        stage.server.stop();
        QTRY_COMPARE(spoken(u"members"_s, 1), u"Bo"_s);
        QCOMPARE(spoken(u"rooms"_s, 2), u"Bo"_s);
        QVERIFY(stage.find<QListView>(u"members"_s)->grab().toImage() != before);
        QVERIFY(stage.server.listen(port));
        stage.session->retryNow();
        QTRY_COMPARE_WITH_TIMEOUT(spoken(u"members"_s, 1), u"Bo, online"_s, 10'000);
    }
    void whoeverLooksElsewhereIsCalled()
    {
        Stage stage;
        QVERIFY(stage.comeOnline());
        QSignalSpy called(&stage.window, &MainWindow::attentionWanted);
        QSignalSpy notified(stage.session.get(), &Session::notified);
        const QJsonObject mention { { u"type"_s, u"notification"_s }, { u"kind"_s, u"mention"_s },
                                    { u"room"_s, u"lobby"_s },        { u"seq"_s, 1 },
                                    { u"user"_s, u"Bo"_s },           { u"content"_s, u"@anna"_s },
                                    { u"timestamp"_s, u"2026-11-23T14:05:00.000Z"_s } };
        QApplication::setActiveWindow(&stage.window);
        stage.server.send(mention);
        QTRY_COMPARE(notified.count(), 1);
        QCOMPARE(called.count(), 0);
        QApplication::setActiveWindow(nullptr);
        stage.server.send(mention);
        QTRY_COMPARE(called.count(), 1);
    }
    void aNarrowWindowHidesTheRoomsBehindAButton()
    {
        Stage stage;
        QVERIFY(stage.comeOnline());
        QVERIFY(stage.find<Sidebar>()->isVisible());
        stage.window.resize(480, 600);
        QTRY_VERIFY(!stage.find<Sidebar>()->isVisible());
        auto *button = stage.find<QToolButton>(u"sidebarButton"_s);
        QVERIFY(button->isVisible());
        button->click();
        QVERIFY(stage.find<Sidebar>()->isVisible());
        QTest::keyClick(stage.find<Sidebar>(), Qt::Key_Escape);
        QVERIFY(!stage.find<Sidebar>()->isVisible());
        stage.window.resize(1'200, 600);
        QTRY_VERIFY(stage.find<Sidebar>()->isVisible());
        QVERIFY(!button->isVisible());
    }
    void aPanelOverTheConversationGoes_data()
    {
        QTest::addColumn<QString>("by");
        for (const QString &by : { u"Esc"_s, u"a click beside it"_s, u"another focus"_s, u"a room that is chosen"_s, u"width"_s })
            QTest::newRow(qPrintable(by)) << by;
    }
    void aPanelOverTheConversationGoes()
    {
        QFETCH(QString, by);
        Stage stage;
        QVERIFY(stage.comeOnline());
        QApplication::setActiveWindow(&stage.window);
        stage.window.resize(480, 600);
        auto *sidebar = stage.find<Sidebar>();
        auto *shade = stage.find<QWidget>(u"shade"_s);
        QTRY_VERIFY(!sidebar->isVisible());
        stage.find<QToolButton>(u"sidebarButton"_s)->click();
        QVERIFY(sidebar->isVisible());
        QVERIFY(sidebar->isAncestorOf(QApplication::focusWidget()));
        if (by == u"Esc"_s)
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
        else if (by == u"a click beside it"_s)
            QTest::mouseClick(shade, Qt::LeftButton, {}, QPoint(470, 300));
        else if (by == u"another focus"_s)
            stage.find<Composer>()->focusField();
        else if (by == u"a room that is chosen"_s)
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
        else
            stage.window.resize(1'000, 600);
        QTRY_COMPARE(sidebar->isVisible(), by == u"width"_s);
        QVERIFY(!shade->isVisible());
        QCOMPARE(QApplication::focusWidget(), stage.find<Composer>()->field());
    }
    void onePanelAtATimeLiesOver()
    {
        Stage stage;
        QVERIFY(stage.comeOnline());
        stage.window.resize(480, 600);
        QTRY_VERIFY(!stage.find<Sidebar>()->isVisible());
        QTest::keyClick(&stage.window, Qt::Key_R, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(stage.find<Sidebar>()->isVisible());
        QTest::keyClick(&stage.window, Qt::Key_M, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(!stage.find<Sidebar>()->isVisible());
        QVERIFY(stage.find<MembersPanel>()->isVisible());
    }
    void whoeverIsAloneReadsHowOthersJoin_data()
    {
        QTest::addColumn<QString>("access");
        QTest::addColumn<QString>("joining");
        QTest::newRow("open") << u"open"_s << u"Whoever opens this link can join this chat."_s;
        QTest::newRow("password") << u"password"_s << u"The chat's password is needed besides."_s;
        QTest::newRow("accounts") << u"accounts"_s << u"Who has no account here needs an invite"_s;
    }
    void whoeverIsAloneReadsHowOthersJoin()
    {
        QFETCH(QString, access);
        QFETCH(QString, joining);
        Stage stage;
        stage.server.users = { stage.server.users.first() };
        stage.server.access = access;
        QVERIFY(stage.server.listen());
        stage.begin(u"a password"_s);
        QTRY_VERIFY(stage.window.chatPage() != nullptr && stage.session->status().state == ConnectionStatus::State::Online);
        const auto *note = stage.find<EmptyNote>();
        QTRY_VERIFY(note->isVisible() && note->text().contains(u"Nobody else is here"_s));
        const auto says = [note](const QString &text) { return note->text().remove(QChar(0x200b)).contains(text); }; // broken into lines
        QVERIFY2(says(stage.server.url().toString()), qPrintable(note->text()));
        const Fingerprint key = Fingerprint::ofKey("a");
        stage.window.setHosting({ u"192.168.1.20"_s, u"10.0.0.4"_s }, key);
        const QString link = u"hearth://192.168.1.20/?fp="_s + key.toString();
        QVERIFY2(says(link), qPrintable(note->text()));
        QVERIFY2(says(joining), qPrintable(note->text()));
        stage.find<QPushButton>(u"emptyNoteAction"_s)->click();
        auto *dialog = stage.find<InviteDialog>();
        QVERIFY(dialog);
        QCOMPARE(dialog->findChild<QLineEdit *>(u"linkField"_s)->text(), link);
        dialog->close();
        stage.server.send({ { u"type"_s, u"presence"_s }, { u"user"_s, u"Bo"_s }, { u"state"_s, u"online"_s } });
        QTRY_VERIFY(note->text().contains(u"Everyone in this room"_s));
    }
    void writingBeginsAtOnce()
    {
        Stage stage;
        QApplication::setActiveWindow(&stage.window);
        QVERIFY(stage.comeOnline());
        QCOMPARE(QApplication::focusWidget(), stage.find<Composer>()->field());
    }
    void whatCanBeDoneWithAMember()
    {
        Stage stage;
        QVERIFY(stage.comeOnline());
        auto *panel = stage.find<MembersPanel>();
        auto *list = stage.find<QListView>(u"members"_s);
        QTRY_COMPARE(list->model()->rowCount(), 2);
        const QModelIndex bo = list->model()->index(1, 0);
        QCOMPARE(bo.data().toString(), u"Bo"_s);
        QSignalSpy written(panel, &MembersPanel::directRequested);
        emit list->activated(bo);
        auto *menu = panel->findChild<QMenu *>();
        QVERIFY(menu);
        QTest::keyClick(menu, Qt::Key_Return); // the first is chosen already
        QCOMPARE(written.count(), 1);
        QVERIFY(!menu->isVisible());
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        emit list->clicked(bo); // where the desktop activates with one click, both are told
        emit list->activated(bo);
        QCOMPARE(panel->findChildren<QMenu *>().size(), 1);
    }
    void whoIsInTheClearIsShownSo()
    {
        Stage stage;
        QVERIFY(stage.comeOnline());
        const auto *sign = stage.find<QLabel>(u"inTheClear"_s);
        auto *list = stage.find<QListView>(u"members"_s);
        QTRY_COMPARE(list->model()->rowCount(), 2);
        QVERIFY(!sign->isVisible());
        const QJsonObject here { { u"type"_s, u"presence"_s }, { u"user"_s, u"bo"_s }, { u"state"_s, u"online"_s } };
        QJsonObject inTheClear = here;
        inTheClear.insert(u"encrypted"_s, false);
        stage.server.send(inTheClear);
        QTRY_VERIFY(sign->isVisible());
        QCOMPARE(sign->text(), u"Not encrypted"_s);
        QVERIFY2(sign->toolTip().contains(u"Bo is connected without encryption."_s), qPrintable(sign->toolTip()));
        QVERIFY(list->model()->index(1, 0).data(Qt::AccessibleTextRole).toString().contains(u"not encrypted"_s));
        stage.server.send(here);
        QTRY_VERIFY(!sign->isVisible());
    }
    void whoListensUnnamedIsShown()
    {
        Stage stage;
        QVERIFY(stage.comeOnline());
        const auto *sign = stage.find<QLabel>(u"inTheClear"_s);
        const auto listen = [&stage](const QString &room, int listeners) {
            stage.server.send({ { u"type"_s, u"listeners"_s }, { u"room"_s, room }, { u"unencrypted"_s, listeners } });
        };
        listen(u"ops"_s, 1);
        listen(u"lobby"_s, 1);
        QTRY_VERIFY(sign->isVisible());
        QVERIFY2(sign->toolTip().contains(u"Somebody who gave no name listens without encryption."_s), qPrintable(sign->toolTip()));
        QVERIFY2(sign->accessibleName().contains(u"Others on this network can read what is said here."_s), qPrintable(sign->accessibleName()));
        listen(u"lobby"_s, 3);
        QTRY_VERIFY2(sign->toolTip().contains(u"3 who gave no name listen without encryption."_s), qPrintable(sign->toolTip()));
        stage.server.stop();
        QTRY_VERIFY(!sign->isVisible());
    }
    void createsARoomByItsName()
    {
        Stage stage;
        QVERIFY(stage.comeOnline());
        stage.server.onRequest = [](const QJsonObject &request, QWebSocket *from) {
            if (request["type"_L1].toString() != u"create_room"_s)
                return false;
            QJsonObject made = Stage::room(request["room"_L1].toString(), request["name"_L1].toString());
            made.insert(u"type"_s, u"room"_s);
            ScriptedServer::reply(from, request, made);
            return true;
        };
        stage.window.chatPage()->createRoom();
        auto *dialog = stage.find<CreateRoomDialog>();
        QTest::keyClicks(dialog->findChild<QLineEdit *>(u"roomName"_s), u"Night shift"_s);
        dialog->findChild<QPushButton *>(u"acceptButton"_s)->click();
        QTRY_COMPARE(stage.window.chatPage()->currentRoom().toString(), u"night-shift"_s);
    }
    void roomIdsOfNames_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("id");
        QTest::newRow("plain") << u"ops"_s << u"ops"_s;
        QTest::newRow("words") << u"Night shift, floor 2"_s << u"night-shift-floor-2"_s;
        QTest::newRow("marks") << u"Café Zürich"_s << u"cafe-zurich"_s;
        QTest::newRow("signs around") << u"  #ops!  "_s << u"ops"_s;
        QTest::newRow("long") << QString(80, u'x') << QString(64, u'x');
        QTest::newRow("nothing") << u"   "_s << QString();
    }
    void roomIdsOfNames()
    {
        QFETCH(QString, name);
        QFETCH(QString, id);
        const auto room = CreateRoomDialog::idFor(name);
        QCOMPARE(room ? room->toString() : QString(), id);
    }
    /// Whoever tries to create a room of that name learns nothing of this one.
    void privateRoomsHaveIdsThatNobodyGuesses()
    {
        const QString secret = u"3w5e11264sgsf"_s;
        QCOMPARE(CreateRoomDialog::privateIdFor(u"Night shift"_s, secret).value().toString(), u"night-shift-3w5e11264sgsf"_s);
        QCOMPARE(CreateRoomDialog::privateIdFor(QString(80, u'x'), secret).value().toString(), QString(50, u'x') + u"-3w5e11264sgsf"_s);
        QVERIFY(!CreateRoomDialog::privateIdFor(u"  "_s, secret));
        QStringList ids;
        for (int i = 0; i < 2; ++i) {
            CreateRoomDialog dialog(nullptr);
            dialog.setAttribute(Qt::WA_DeleteOnClose, false);
            connect(&dialog, &CreateRoomDialog::createRequested, &dialog, [&ids](const RoomId &room) { ids.append(room.toString()); });
            QTest::keyClicks(dialog.findChild<QLineEdit *>(u"roomName"_s), u"ops"_s);
            dialog.findChild<QCheckBox *>(u"isPrivate"_s)->click();
            dialog.findChild<QPushButton *>(u"acceptButton"_s)->click();
        }
        QCOMPARE(ids.size(), 2);
        QVERIFY2(ids.first().startsWith(u"ops-"_s) && ids.first().size() >= 12, qPrintable(ids.first()));
        QVERIFY(ids.first() != ids.last());
    }
    void namesInOtherScriptsHaveIdsToo()
    {
        const auto room = CreateRoomDialog::idFor(u"غرفة"_s);
        QVERIFY(room);
        QVERIFY(CreateRoomDialog::idFor(u"部屋"_s) != room);
    }
    void emojiAreChosenByKey()
    {
        Stage stage;
        auto *picker = new EmojiPicker(&stage.window);
        QSignalSpy chosen(picker, &EmojiPicker::chosen);
        picker->show();
        const auto buttons = picker->findChildren<QToolButton *>();
        buttons.first()->setFocus();
        QTest::keyClick(buttons.first(), Qt::Key_Right);
        QTest::keyClick(buttons.at(1), Qt::Key_Down);
        QTest::keyClick(buttons.at(9), Qt::Key_Return);
        QCOMPARE(chosen.count(), 1);
        QCOMPARE(chosen.first().first().toString(), buttons.at(9)->text());
    }
    void roomsAreReadOutWithWhatIsNewInThem()
    {
        Stage stage;
        QJsonObject ops = Stage::room(u"ops"_s, u"<b>Q&A</b>"_s);
        for (const auto &[key, value] : { std::pair(u"last_seq"_s, 9), std::pair(u"unread"_s, 4), std::pair(u"mentions"_s, 1) })
            ops.insert(key, value);
        ops.insert(u"kind"_s, u"private"_s);
        stage.server.rooms = { Stage::room(u"lobby"_s, u"Lobby"_s), ops };
        QVERIFY(stage.comeOnline());
        const QAbstractItemModel *rooms = stage.find<QListView>(u"rooms"_s)->model();
        QCOMPARE(rooms->index(0, 0).data(Qt::AccessibleTextRole).toString(), u"Lobby"_s);
        const QString spoken = rooms->index(1, 0).data(Qt::AccessibleTextRole).toString();
        QVERIFY2(spoken.startsWith(u"<b>Q&A</b>, private, 4 unread message"_s) && spoken.contains(u"1 of them name"_s), qPrintable(spoken));
        QVERIFY(rooms->index(1, 0).data(Qt::ToolTipRole).toString().contains(u"&lt;b&gt;Q&amp;A"_s));
    }
    void placeholdersAreReadable()
    {
        Stage stage;
        auto *password = stage.find<QLineEdit>(u"password"_s);
        stage.window.showProblem(StartPage::Place::Password, u"No."_s); // the style sheet looks at the field again
        QCoreApplication::processEvents();
        for (const QLineEdit *field : { password, stage.find<QLineEdit>(u"address"_s) })
            QCOMPARE(field->palette().color(QPalette::PlaceholderText), Theme::current().dim);
    }
    /// All windows, and what is open over them.
    void aDesktopThatTurnsDarkIsFollowed()
    {
        const auto restore = qScopeGuard([] { QApplication::setPalette(QPalette()); });
        Stage first;
        Stage second;
        QVERIFY(first.comeOnline());
        CreateRoomDialog dialog(&first.window);
        dialog.show();
        const auto colors = [&](QWidget *window, const QString &name, QPoint within) {
            const QWidget *part = name.isEmpty() ? window : window->findChild<QWidget *>(name);
            if (part == nullptr)
                return QColor();
            return window->grab().toImage().pixelColor(part->mapTo(window, within));
        };
        const auto isOf = [&](const Theme &theme) {
            // Within the corners of what is round.
            return colors(&first.window, u"sidebar"_s, { 2, 2 }) == theme.sidebar
                && colors(&first.window, u"composerCard"_s, { 12, 6 }) == theme.surface
                && colors(&second.window, u"card"_s, { 12, 12 }) == theme.surface
                && colors(&second.window, u"hostButton"_s, { 12, 6 }) == theme.accent && colors(&dialog, {}, { 2, 2 }) == theme.surface;
        };
        const Theme light = Theme::current();
        QTRY_VERIFY(isOf(light));

        QPalette palette;
        palette.setColor(QPalette::Window, QColor(0x2b, 0x2b, 0x2b));
        palette.setColor(QPalette::WindowText, QColor(0xee, 0xee, 0xee));
        QApplication::setPalette(palette);
        QVERIFY(Theme::current().surface != light.surface);
        QTRY_VERIFY(isOf(Theme::current()));
        Stage third; // one that is made in the dark
        QTRY_COMPARE(colors(&third.window, u"card"_s, { 12, 12 }), Theme::current().surface);

        QApplication::setPalette(QPalette());
        QTRY_VERIFY(isOf(light));
    }
    void panelsAreRemembered()
    {
        Stage stage;
        stage.window.resize(1'200, 600);
        QVERIFY(stage.comeOnline());
        stage.find<QSplitter>()->setSizes({ 300, 600, 260 });
        const QList<int> sizes = stage.find<QSplitter>()->sizes();
        stage.window.showStart();
        stage.begin();
        QTRY_VERIFY(stage.window.chatPage());
        QTRY_COMPARE(stage.find<QSplitter>()->sizes(), sizes);
        // A narrow window has nothing to remember, and forgets nothing.
        stage.window.resize(480, 600);
        QTRY_VERIFY(!stage.find<Sidebar>()->isVisible());
        stage.window.showStart();
        stage.window.resize(1'200, 600);
        stage.begin();
        QTRY_VERIFY(stage.window.chatPage());
        QTRY_COMPARE(stage.find<QSplitter>()->sizes(), sizes);
    }
    void geometryIsRemembered()
    {
        QTemporaryDir directory;
        QSettings settings(directory.filePath(u"window.ini"_s), QSettings::IniFormat);
        {
            MainWindow window(settings);
            window.resize(777, 555);
            window.show();
            QVERIFY(window.close());
        }
        MainWindow window(settings);
        QCOMPARE(window.size(), QSize(777, 555));
    }

    // ---- rainy ----

    void problemsAreToldWhereTheyBelong_data()
    {
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("words");
        QTest::newRow("name taken") << u"name_taken"_s << u"Choose another name"_s;
        QTest::newRow("invalid name") << u"invalid_name"_s << u"Choose another name"_s;
    }
    void problemsAreToldWhereTheyBelong()
    {
        QFETCH(QString, code);
        QFETCH(QString, words);
        Stage stage;
        QVERIFY(stage.server.listen());
        stage.server.onRequest = [code](const QJsonObject &request, QWebSocket *from) {
            ScriptedServer::reply(from, request, { { u"type"_s, u"error"_s }, { u"code"_s, code }, { u"message"_s, u"<i>no</i>"_s },
                                                   { u"timestamp"_s, u"2026-11-23T14:05:00.000Z"_s } });
            return true;
        };
        stage.begin();
        QTRY_VERIFY2(stage.visibleError().contains(words), qPrintable(stage.visibleError()));
        QVERIFY(stage.window.chatPage() == nullptr);
    }
    void aPasswordIsAskedFor()
    {
        Stage stage;
        stage.server.access = u"password"_s;
        QVERIFY(stage.server.listen());
        stage.begin();
        QTRY_VERIFY(stage.find<QLineEdit>(u"password"_s)->isVisible());
        QVERIFY(stage.visibleError().isEmpty()); // nothing was wrong yet
    }
    void somethingElseAnswers()
    {
        Stage stage;
        QVERIFY(stage.server.listen());
        stage.server.server = {}; // its `connected` makes no sense
        stage.begin();
        QTRY_VERIFY2(stage.visibleError().contains(u"not a Hearth chat"_s), qPrintable(stage.visibleError()));
    }
    void refusedRequestsAreToldAsSentences()
    {
        Stage stage;
        QVERIFY(stage.comeOnline());
        stage.server.onRequest = [](const QJsonObject &request, QWebSocket *from) {
            const QString type = request["type"_L1].toString();
            if (type != u"create_room"_s && type != u"set_topic"_s)
                return false;
            const QString code = type == u"set_topic"_s ? u"forbidden"_s : u"conflict"_s;
            ScriptedServer::reply(from, request, { { u"type"_s, u"error"_s }, { u"code"_s, code }, { u"message"_s, u"<i>no</i>"_s },
                                                   { u"timestamp"_s, u"2026-11-23T14:05:00.000Z"_s } });
            return true;
        };
        stage.window.chatPage()->createRoom();
        auto *dialog = stage.find<CreateRoomDialog>();
        QTest::keyClicks(dialog->findChild<QLineEdit *>(u"roomName"_s), u"ops"_s);
        dialog->findChild<QPushButton *>(u"acceptButton"_s)->click();
        QTRY_VERIFY(stage.visibleError().contains(u"exists already"_s)); // in the dialog
        dialog->close();
        stage.session->setTopic(Lobby, u"x"_s);
        QTRY_VERIFY(stage.find<Banner>()->text().contains(u"may not do that"_s));
    }
    void anUnknownKeyIsComparedOnce()
    {
        Stage stage;
        stage.server.encrypt(test::ScriptedCertificate, test::ScriptedKey);
        QVERIFY(stage.server.listen());
        stage.begin(u"sesame"_s);
        QTRY_VERIFY(stage.find<KeyDialog>());
        const auto *dialog = stage.find<KeyDialog>();
        const auto *words = dialog->findChild<QLabel *>(u"keyWords"_s);
        QCOMPARE(words->text().simplified(), stage.session->status().presentedKey.words());
        QVERIFY(stage.server.heard().isEmpty());
        const auto *back = dialog->findChild<QPushButton *>(u"backButton"_s);
        QVERIFY(back->isDefault() && back->hasFocus()); // Enter alone trusts nobody
        dialog->findChild<QPushButton *>(u"trustButton"_s)->click();
        QTRY_VERIFY(stage.window.chatPage() && stage.session->status().state == ConnectionStatus::State::Online);
        stage.window.showStart();
        stage.begin(u"sesame"_s);
        QTRY_VERIFY(stage.window.chatPage());
    }
    void whoDoesNotTrustAKeySaysNothing()
    {
        Stage stage;
        stage.server.encrypt(test::ScriptedCertificate, test::ScriptedKey);
        QVERIFY(stage.server.listen());
        stage.begin(u"sesame"_s);
        QTRY_VERIFY(stage.find<KeyDialog>());
        QTest::keyClick(stage.find<KeyDialog>(), Qt::Key_Escape);
        QTRY_VERIFY(!stage.session);
        QVERIFY(stage.visibleError().contains(u"was not confirmed"_s));
        QVERIFY(stage.server.heard().isEmpty());
    }
    void aChangedKeyOffersNoWayOnUnlessALinkVouches_data()
    {
        QTest::addColumn<bool>("isVouchedFor");
        QTest::newRow("no link") << false;
        QTest::newRow("a link") << true;
    }
    void aChangedKeyOffersNoWayOnUnlessALinkVouches()
    {
        QFETCH(bool, isVouchedFor);
        ConnectionStatus status;
        status.problem = ConnectionStatus::Problem::ChangedKey;
        status.knownKey = Fingerprint::ofKey("a");
        status.presentedKey = Fingerprint::ofKey("b");
        status.isVouchedFor = isVouchedFor;
        auto *dialog = new KeyDialog(status, u"ship.lan"_s, nullptr);
        const auto words = dialog->findChildren<QLabel *>(u"keyWords"_s);
        QCOMPARE(words.size(), 2);
        QCOMPARE(words.first()->accessibleName(), u"Before: "_s + status.knownKey.words());
        QCOMPARE(words.last()->accessibleName(), u"Now: "_s + status.presentedKey.words());
        QCOMPARE(dialog->findChild<QPushButton *>(u"trustButton"_s) != nullptr, isVouchedFor);
        QSignalSpy rejected(dialog, &QDialog::rejected);
        dialog->open();
        QTest::keyClick(dialog, Qt::Key_Return);
        QCOMPARE(rejected.count(), 1);
    }
    void aHostPassesOnALinkWithTheKey()
    {
        Stage stage;
        QVERIFY(stage.comeOnline());
        const Fingerprint key = Fingerprint::ofKey("a");
        stage.window.setHosting({ u"192.168.1.20:7400"_s, u"[fd00::1]"_s }, key);
        QTRY_VERIFY(stage.find<Banner>()->text().contains(u"192.168.1.20:7400"_s));
        emit stage.find<Banner>()->actionTriggered();
        QCOMPARE(QGuiApplication::clipboard()->text(), u"hearth://192.168.1.20:7400/?fp="_s + key.toString());
    }
    void aFullStoreIsToldUntilItIsNot()
    {
        Stage stage;
        QVERIFY(stage.comeOnline());
        bool isFull = true;
        stage.server.onRequest = [&isFull](const QJsonObject &request, QWebSocket *from) {
            if (!isFull || request["type"_L1] != u"message"_s)
                return false;
            ScriptedServer::reply(from, request, { { u"type"_s, u"error"_s }, { u"code"_s, u"storage_full"_s },
                                                   { u"message"_s, u"No"_s }, { u"timestamp"_s, u"2026-11-23T14:05:00.000Z"_s } });
            return true;
        };
        auto *composer = stage.find<Composer>();
        QTest::keyClicks(composer->field(), u"hi"_s);
        QTest::keyClick(composer->field(), Qt::Key_Return);
        QTRY_VERIFY(!composer->problem().isEmpty());
        QTest::keyClicks(composer->field(), u"and"_s);
        QVERIFY(!composer->problem().isEmpty()); // the server refuses as before
        isFull = false;
        QTRY_COMPARE_WITH_TIMEOUT(composer->problem(), QString(), 10'000); // it was sent again by itself
    }
    void closingAsksWhileOthersAreConnected()
    {
        Stage stage;
        QVERIFY(stage.comeOnline());
        stage.window.setHosting({ u"192.168.1.20"_s });
        stage.window.setOthersConnected(2);
        QSignalSpy closed(&stage.window, &MainWindow::closed);
        QVERIFY(!stage.window.close());
        auto *question = stage.find<QDialog>(u"question"_s);
        QVERIFY(question);
        question->reject();
        QVERIFY(stage.window.isVisible());
        QCOMPARE(closed.count(), 0);
        stage.window.setOthersConnected(0);
        QVERIFY(stage.window.close());
        QCOMPARE(closed.count(), 1);
    }
};

HEARTH_GUI_TEST_MAIN(tst_MainWindow)
#include "tst_mainwindow.moc"

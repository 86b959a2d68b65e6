#include "tests/support/testmain.h"
#include "tests/ui/stage.h"
#include "ui/devicesdialog.h"
#include "ui/keydialog.h"
#include "ui/passworddialog.h"
#include "ui/sidebar.h"
#include "ui/startpage.h"
#include "ui/translations.h"
#include "ui/words.h"

#include <QApplication>
#include <QCheckBox>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>

using namespace hearth;
using namespace hearth::test;
using namespace Qt::Literals::StringLiterals;

namespace {

const QString Noon = u"2026-11-24T12:00:00.000Z"_s;

} // namespace

/// One's own password and devices, and signing in with an account.
class tst_AccountDialogs : public Test
{
    Q_OBJECT

private:
    static void type(QDialog &dialog, const QString &field, const QString &text) { dialog.findChild<QLineEdit *>(field)->setText(text); }
    static QPushButton *accept(QDialog &dialog) { return dialog.findChild<QPushButton *>(u"acceptButton"_s); }
    static bool says(const QWidget &widget, const QString &text)
    {
        const auto labels = widget.findChildren<QLabel *>();
        return std::any_of(labels.begin(), labels.end(),
                           [&](const QLabel *label) { return label->isVisible() && label->text().contains(text); });
    }

private slots:
    void initTestCase() { installTranslations(*qApp); }

    void firstPasswordNeedsNoOldOne()
    {
        auto *dialog = new PasswordDialog(false, nullptr);
        dialog->show();
        const auto *warning = dialog->findChild<QLabel *>(u"passwordNotEncrypted"_s);
        QVERIFY(!warning->isVisible());
        dialog->setOpenToOthers(true);
        QVERIFY(warning->isVisible());
        QSignalSpy chosen(dialog, &PasswordDialog::passwordChosen);
        QVERIFY(dialog->findChild<QLineEdit *>(u"oldPassword"_s) == nullptr);
        QVERIFY(!accept(*dialog)->isEnabled());
        type(*dialog, u"newPassword"_s, u"1234567"_s);
        type(*dialog, u"newPasswordAgain"_s, u"1234567"_s);
        QVERIFY(!accept(*dialog)->isEnabled()); // too short
        type(*dialog, u"newPassword"_s, u"12345678"_s);
        QVERIFY(!accept(*dialog)->isEnabled()); // not the same
        QVERIFY(says(*dialog, u"not the same"_s));
        type(*dialog, u"newPasswordAgain"_s, u"12345678"_s);
        accept(*dialog)->click();
        QCOMPARE(chosen.size(), 1);
        QCOMPARE(chosen.first().at(0).value<std::optional<QString>>(), std::nullopt);
        QCOMPARE(chosen.first().at(1).toString(), u"12345678"_s);
        QVERIFY(!accept(*dialog)->isEnabled()); // until there is an answer
        dialog->close();
    }

    void wrongOldPasswordIsSaidThere()
    {
        auto *dialog = new PasswordDialog(true, nullptr);
        dialog->show();
        type(*dialog, u"newPassword"_s, u"12345678"_s);
        type(*dialog, u"newPasswordAgain"_s, u"12345678"_s);
        QVERIFY(!accept(*dialog)->isEnabled());
        type(*dialog, u"oldPassword"_s, u"old"_s);
        accept(*dialog)->click();
        RequestFailure failure;
        failure.what = RequestFailure::What::SetPassword;
        failure.code = ErrorCode::Unauthorized;
        dialog->setProblem(Words::failure(failure));
        QVERIFY(says(*dialog, u"The old password is not right."_s));
        QVERIFY(accept(*dialog)->isEnabled());
        dialog->close();
    }

    void devicesButThisOneCanBeSignedOut()
    {
        const QDateTime noon = QDateTime(QDate(2026, 11, 24), QTime(12, 0));
        auto *dialog = new DevicesDialog(false, nullptr);
        dialog->show();
        QSignalSpy signedOut(dialog, &DevicesDialog::signOutRequested);
        dialog->setSessions({ { u"s1"_s, u"<b>phone</b>"_s, u"192.0.2.7"_s, noon, noon.addDays(-1), false, false },
                              { u"s2"_s, u"hearth 0.1.0"_s, u"192.0.2.8"_s, noon, noon, true, true } },
                            noon);
        QTRY_VERIFY(says(*dialog, u"<b>phone</b>"_s)); // as text
        QVERIFY(says(*dialog, u"Last here: Yesterday 12:00 · 192.0.2.7"_s));
        QVERIFY(says(*dialog, u"This device"_s));
        QList<QPushButton *> buttons;
        for (QPushButton *button : dialog->findChildren<QPushButton *>()) {
            if (button->text() == u"Sign out"_s)
                buttons.append(button);
        }
        QCOMPARE(buttons.size(), 1);
        buttons.first()->click();
        QCOMPARE(signedOut.takeFirst().first().toString(), u"s1"_s);
        QVERIFY(!buttons.first()->isEnabled());
        dialog->setProblem(u"No."_s);
        QVERIFY(buttons.first()->isEnabled());
        dialog->close();
    }

    /// This one is asked about: whoever signs out here needs the password to come back. It is asked once, and before: behind
    /// it there is nothing to stay on.
    void thisDeviceIsSignedOutAfterAQuestion_data()
    {
        QTest::addColumn<bool>("isHosting");
        QTest::newRow("joined") << false;
        QTest::newRow("hosting, with others") << true;
    }
    void thisDeviceIsSignedOutAfterAQuestion()
    {
        QFETCH(bool, isHosting);
        Stage stage;
        stage.server.onRequest = [](const QJsonObject &request, QWebSocket *from) {
            if (request["type"_L1] == u"sessions"_s) {
                const QJsonObject own { { u"session"_s, u"s2"_s }, { u"client"_s, u"hearth"_s }, { u"address"_s, u"192.0.2.8"_s }, { u"created_at"_s, Noon },
                                        { u"last_seen"_s, Noon }, { u"is_online"_s, true }, { u"is_current"_s, true } };
                ScriptedServer::reply(from, request, { { u"type"_s, u"sessions"_s }, { u"sessions"_s, QJsonArray { own } } });
                return true;
            }
            if (request["type"_L1] == u"revoke_session"_s)
                ScriptedServer::reply(from, request, { { u"type"_s, u"ack"_s } });
            return request["type"_L1] == u"revoke_session"_s;
        };
        QVERIFY(stage.comeOnline());
        if (isHosting) {
            stage.window.setHosting({ u"192.168.1.20"_s });
            stage.window.setOthersConnected(2);
        }
        QSignalSpy left(&stage.window, &MainWindow::leaveRequested);
        emit stage.find<Sidebar>()->menuRequested({});
        for (QAction *action : stage.window.chatPage()->findChild<QMenu *>()->actions()) {
            if (action->text() == u"Your devices…"_s)
                action->trigger();
        }
        auto *dialog = stage.find<DevicesDialog>();
        QVERIFY(dialog);
        QTRY_VERIFY(dialog->findChild<QPushButton *>(u"rowAction"_s));
        auto *here = dialog->findChild<QPushButton *>(u"rowAction"_s);
        QCOMPARE(here->accessibleName(), u"Sign out on this device"_s);
        here->click();
        QVERIFY(stage.server.heard(u"revoke_session"_s).isEmpty());
        auto *accept = dialog->findChild<QPushButton *>(u"acceptButton"_s);
        QVERIFY(accept);
        QCOMPARE(says(*dialog, u"the chat closes for everybody"_s), isHosting);
        accept->click();
        QTRY_COMPARE(left.size(), 1);
        QVERIFY(!stage.find<QDialog>(u"question"_s));
        QCOMPARE(stage.server.heard(u"revoke_session"_s).first()["session"_L1], u"s2"_s);
        QVERIFY(stage.window.startPage()->isVisible());
    }

    void whoIsAskedForAPasswordHearsThatItCanBeRead_data()
    {
        QTest::addColumn<QString>("access");
        QTest::addColumn<QString>("password"); // tried first
        QTest::addColumn<bool>("isEncrypted");
        QTest::addColumn<QString>("host");
        QTest::addColumn<bool>("isSaid");
        QTest::newRow("of the chat") << u"password"_s << QString() << false << u"0.0.0.0"_s << true;
        QTest::newRow("of an account") << u"accounts"_s << QString() << false << u"0.0.0.0"_s << true;
        QTest::newRow("once more") << u"password"_s << u"wrong"_s << false << u"0.0.0.0"_s << true;
        QTest::newRow("encrypted") << u"password"_s << QString() << true << u"0.0.0.0"_s << false;
        QTest::newRow("encrypted, once more") << u"accounts"_s << u"wrong"_s << true << u"0.0.0.0"_s << false;
        QTest::newRow("on this computer") << u"password"_s << QString() << false << u"127.0.0.1"_s << false;
        QTest::newRow("on this computer, by name") << u"password"_s << QString() << false << u"localhost"_s << false;
    }
    void whoIsAskedForAPasswordHearsThatItCanBeRead()
    {
        QFETCH(QString, access);
        QFETCH(QString, password);
        QFETCH(bool, isEncrypted);
        QFETCH(QString, host);
        QFETCH(bool, isSaid);
        Stage stage;
        stage.server.access = access;
        if (isEncrypted)
            stage.server.encrypt(test::ScriptedCertificate, test::ScriptedKey);
        stage.server.onRequest = [](const QJsonObject &request, QWebSocket *from) {
            ScriptedServer::reply(from, request, { { u"type"_s, u"error"_s }, { u"code"_s, u"unauthorized"_s }, { u"message"_s, u"No"_s },
                                                   { u"timestamp"_s, Noon } });
            return true;
        };
        QVERIFY(stage.server.listen());
        QUrl url = stage.server.url();
        url.setHost(host); // 0.0.0.0 leads here too, and does not look so
        stage.beginAt(url, password);
        if (isEncrypted) {
            QTRY_VERIFY(stage.find<KeyDialog>());
            stage.find<KeyDialog>()->findChild<QPushButton *>(u"trustButton"_s)->click();
        }
        const auto *field = stage.find<QLineEdit>(u"password"_s);
        QTRY_VERIFY(field->isVisible());
        const auto *warning = stage.find<QLabel>(u"passwordNotEncrypted"_s);
        QCOMPARE(warning->isVisible(), isSaid);
        QCOMPARE(warning->text(), u"This connection is not encrypted: others on the network can read the password."_s);
        QCOMPARE(field->accessibleDescription().contains(warning->text()), isSaid);
    }

    void aChatOfAccountsAsksForOnes()
    {
        Stage stage;
        stage.server.access = u"accounts"_s;
        QVERIFY(stage.server.listen());
        stage.begin();
        auto *password = stage.find<QLineEdit>(u"password"_s);
        QTRY_VERIFY(password->isVisible());
        QCOMPARE(password->placeholderText(), u"Password of your account"_s);
        QVERIFY(says(stage.window, u"the name and the password of yours"_s));
        QVERIFY(stage.visibleError().isEmpty()); // nothing was wrong yet
    }

    /// A name that is somebody's: theirs who gave it a password, who type that; the chat's own is not asked for again.
    void aTakenNameAsksForItsPassword()
    {
        Stage stage;
        stage.server.access = u"password"_s;
        stage.server.onRequest = [](const QJsonObject &request, QWebSocket *from) {
            QJsonObject no { { u"type"_s, u"error"_s }, { u"code"_s, u"unauthorized"_s }, { u"message"_s, u"No"_s }, { u"timestamp"_s, Noon } };
            if (request["password"_L1] == u"sesame"_s)
                no.insert(u"detail"_s, u"name"_s);
            ScriptedServer::reply(from, request, no);
            return true;
        };
        QVERIFY(stage.server.listen());
        QSignalSpy joined(&stage.window, &MainWindow::joinRequested);
        const auto asked = [&] { return joined.isEmpty() ? Passwords {} : joined.last().at(2).value<Passwords>(); };
        const auto passwordsAre = [&](const QString &ofChat, const QString &ofName) { return asked() == Passwords { ofChat, ofName }; };
        stage.find<QLineEdit>(u"userName"_s)->setText(u"anna"_s);
        stage.window.startPage()->setAddress(stage.server.url().toString());
        stage.begin();
        auto *field = stage.find<QLineEdit>(u"password"_s);
        QTRY_VERIFY(field->isVisible());
        QCOMPARE(field->placeholderText(), u"Password of the chat"_s);
        QTest::keyClicks(field, u"sesame"_s);
        QTest::keyClick(field, Qt::Key_Return);
        QVERIFY(passwordsAre(u"sesame"_s, {}));
        stage.begin(u"sesame"_s);
        QTRY_COMPARE(field->placeholderText(), u"Password of your name"_s);
        QCOMPARE(stage.visibleError(), u"This name is somebody's at ship.lan, or you were signed out here. If it is yours and has a password, type that; otherwise choose another name."_s);
        QVERIFY(field->text().isEmpty());
        QTest::keyClicks(field, u"anna's"_s);
        QTest::keyClick(field, Qt::Key_Return);
        QVERIFY(passwordsAre(u"sesame"_s, u"anna's"_s));
        stage.beginAt(stage.server.url(), u"sesame"_s, {}, u"anna's"_s);
        QTRY_COMPARE(stage.visibleError(), u"This is not the password of that name, if it has one. Type it again, or choose another name."_s);
        QTest::keyClick(field, Qt::Key_Return);
        QVERIFY(passwordsAre(u"sesame"_s, u"anna's"_s)); // neither was lost
        // Another name: its password is not said for that, the chat's is.
        stage.window.showStart();
        stage.find<QLineEdit>(u"userName"_s)->setText(u"cy"_s);
        QCOMPARE(field->placeholderText(), u"Password of the chat"_s);
        QTest::keyClick(field, Qt::Key_Return);
        QVERIFY(passwordsAre(u"sesame"_s, {}));
        // Another address: nothing of it is left.
        stage.window.showStart();
        stage.window.startPage()->setAddress(u"elsewhere.lan"_s);
        QTest::keyClick(stage.find<QLineEdit>(u"address"_s), Qt::Key_Return);
        QVERIFY(passwordsAre({}, {}));
        stage.begin();
        QTRY_VERIFY(field->isVisible());
        QVERIFY(field->text().isEmpty());
    }

    /// With an invite a password is chosen, not asked for.
    void anInviteMakesAnAccount()
    {
        Stage stage;
        stage.server.access = u"accounts"_s;
        stage.server.onRequest = [](const QJsonObject &request, QWebSocket *from) {
            ScriptedServer::reply(from, request, { { u"type"_s, u"error"_s }, { u"code"_s, u"invalid_message"_s }, { u"message"_s, u"no"_s },
                                                   { u"timestamp"_s, u"2026-11-23T14:05:00.000Z"_s } });
            return true;
        };
        QVERIFY(stage.server.listen());
        QSignalSpy joined(&stage.window, &MainWindow::joinRequested);
        stage.find<QLineEdit>(u"userName"_s)->setText(u"Anna"_s);
        stage.window.startPage()->offer(u"hearth://ship.lan/ops?invite=mZ0pYw7Qk1uXrB5cT2aE9g"_s);
        QVERIFY(says(stage.window, u"This link invites you to the chat, and to its room #ops."_s));
        stage.begin({}, u"mZ0pYw7Qk1uXrB5cT2aE9g"_s);
        auto *password = stage.find<QLineEdit>(u"password"_s);
        QTRY_VERIFY(password->isVisible());
        QCOMPARE(password->placeholderText(), u"New password"_s);
        QVERIFY(says(stage.window, u"Choose a password of at least 8 characters."_s));
        QVERIFY(stage.visibleError().isEmpty()); // nothing was wrong yet
        QCOMPARE(password->echoMode(), QLineEdit::Password);
        auto *reveal = stage.find<QCheckBox>(u"revealPassword"_s);
        reveal->click();
        QCOMPARE(password->echoMode(), QLineEdit::Normal);
        // Too short: said here, before the chat is asked.
        QTest::keyClicks(password, u"1234567"_s);
        QTest::keyClick(password, Qt::Key_Return);
        QCOMPARE(joined.size(), 0);
        QCOMPARE(stage.visibleError(), u"A password has at least 8 characters. Choose a longer one."_s);
        QTest::keyClicks(password, u"8"_s);
        QVERIFY(stage.visibleError().isEmpty());
        QTest::keyClick(password, Qt::Key_Return);
        QCOMPARE(joined.size(), 1);
        QCOMPARE(joined.first().at(1).value<ServerAddress>().invite, u"mZ0pYw7Qk1uXrB5cT2aE9g"_s);
        QCOMPARE(joined.first().at(2).value<Passwords>(), (Passwords { u"12345678"_s, {} }));
        // Another address: another chat.
        stage.window.showStart();
        stage.find<QLineEdit>(u"address"_s)->setText(u"other.lan"_s);
        QVERIFY(!password->isVisible());
        QCOMPARE(password->echoMode(), QLineEdit::Password);
        QVERIFY(!stage.find<QLabel>(u"invited"_s)->isVisible());
    }

    void aRefusedInviteIsSaid_data()
    {
        QTest::addColumn<QString>("access");
        QTest::addColumn<QString>("detail");
        QTest::addColumn<QString>("password");
        QTest::addColumn<QString>("said");
        QTest::newRow("open") << u"open"_s << u"invite"_s << u"long enough"_s << u"This invite does not hold any more. Ask for a new one."_s;
        QTest::newRow("accounts") << u"accounts"_s << u"invite"_s << u"long enough"_s << u"This invite does not hold any more. Ask for a new one."_s;
        QTest::newRow("the name has an account") << u"accounts"_s << u""_s << u"long enough"_s << u"Somebody has this name here already, and it takes their password. Choose another name, or, if it is yours, type that password."_s;
        QTest::newRow("accounts, before a password is chosen") << u"accounts"_s << u"invite"_s << QString() << u"This invite does not hold any more. Ask for a new one."_s;
        QTest::newRow("the name has an account, before a password is chosen") << u"accounts"_s << u""_s << QString() << u"Somebody has this name here already, and it takes their password. Choose another name, or, if it is yours, type that password."_s;
    }
    void aRefusedInviteIsSaid()
    {
        QFETCH(QString, access);
        QFETCH(QString, detail);
        QFETCH(QString, password);
        QFETCH(QString, said);
        Stage stage;
        stage.server.access = access;
        stage.server.onRequest = [&detail](const QJsonObject &request, QWebSocket *from) {
            ScriptedServer::reply(from, request, { { u"type"_s, u"error"_s }, { u"code"_s, u"unauthorized"_s }, { u"message"_s, u"<b>no</b>"_s },
                                                   { u"detail"_s, detail }, { u"timestamp"_s, u"2026-11-23T14:05:00.000Z"_s } });
            return true;
        };
        QVERIFY(stage.server.listen());
        stage.begin(password, u"mZ0pYw7Qk1uXrB5cT2aE9g"_s);
        QTRY_COMPARE(stage.visibleError(), said);
        QCOMPARE(stage.find<QLineEdit>(u"password"_s)->isVisible(), detail.isEmpty());
    }

    void aWrongPasswordIsSaidThere()
    {
        Stage stage;
        stage.server.access = u"accounts"_s;
        stage.server.onRequest = [](const QJsonObject &request, QWebSocket *from) {
            ScriptedServer::reply(from, request, { { u"type"_s, u"error"_s }, { u"code"_s, u"unauthorized"_s }, { u"message"_s, u"no"_s },
                                                   { u"timestamp"_s, u"2026-11-23T14:05:00.000Z"_s } });
            return true;
        };
        QVERIFY(stage.server.listen());
        stage.begin(u"wrong"_s);
        QTRY_VERIFY2(stage.visibleError().contains(u"The name or the password is not right"_s), qPrintable(stage.visibleError()));
        QVERIFY(stage.find<QLineEdit>(u"password"_s)->isVisible());
    }
};

HEARTH_GUI_TEST_MAIN(tst_AccountDialogs)
#include "tst_accountdialogs.moc"

#include "client/moderation.h"
#include "tests/ui/stage.h"
#include "tests/support/testmain.h"
#include "ui/auditdialog.h"
#include "ui/choosedialog.h"
#include "ui/composer.h"
#include "ui/guestbar.h"
#include "ui/memberspanel.h"
#include "ui/moderationactions.h"
#include "ui/moderationwords.h"
#include "ui/roomheader.h"
#include "ui/sanctiondialog.h"
#include "ui/sidebar.h"
#include "ui/timelineview.h"
#include "ui/translations.h"
#include "ui/words.h"

#include <QApplication>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QJsonArray>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;
using test::Stage;

namespace {

constexpr auto Noon = "2026-11-24T12:00:00.000Z"_L1;
const UserName Anna = *UserName::parse(u"anna");
const UserName Bo = *UserName::parse(u"Bo");

QJsonObject removed(const QString &kind, const QJsonObject &more = {})
{
    QJsonObject removal { { u"kind"_s, kind }, { u"by"_s, u"Bo"_s }, { u"reason"_s, u"too <b>loud</b>"_s } };
    for (auto it = more.begin(); it != more.end(); ++it)
        removal.insert(it.key(), it.value());
    return { { u"type"_s, u"error"_s }, { u"code"_s, u"forbidden"_s }, { u"message"_s, u"You were removed"_s },
             { u"timestamp"_s, Noon }, { u"removal"_s, removal } };
}

QAction *entry(const QMenu &menu, const QString &text)
{
    for (QAction *action : menu.actions()) {
        if (action->text() == text)
            return action;
    }
    return nullptr;
}

} // namespace

/// What the window shows of moderation, to those in charge and to the others.
class tst_ModerationUi : public test::Test
{
    Q_OBJECT

private slots:
    void initTestCase() { installTranslations(*qApp); }

    void whoIsRemovedReadsWhy_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("title");
        QTest::addColumn<QString>("detail");
        QTest::newRow("kicked") << u"kicked"_s << u"You were removed from Anna's chat"_s << u"Bo removed you: too <b>loud</b>.\nYou may join again."_s;
        QTest::newRow("banned") << u"banned"_s << u"You are banned from Anna's chat"_s << u"Bo banned you for good: too <b>loud</b>."_s;
        QTest::newRow("turned away") << u"turned_away"_s << u"You were not let in to Anna's chat"_s << u"Bo turned you away: too <b>loud</b>."_s;
    }
    void whoIsRemovedReadsWhy()
    {
        QFETCH(QString, kind);
        QFETCH(QString, title);
        QFETCH(QString, detail);
        Stage stage;
        QVERIFY(stage.comeOnline());
        stage.server.send(removed(kind));
        const auto heading = [&stage] { return stage.find<QLabel>(u"removedTitle"_s); };
        QTRY_VERIFY(heading() != nullptr && heading()->isVisible());
        QCOMPARE(heading()->text(), title);
        auto *text = stage.find<QLabel>(u"removedDetail"_s);
        QCOMPARE(text->text().remove(QChar(0x200b)), detail);
        QCOMPARE(text->textFormat(), Qt::PlainText);
        QVERIFY(!stage.window.chatPage());
        QTest::mouseClick(stage.find<QPushButton>(u"backButton"_s), Qt::LeftButton);
        QVERIFY(stage.window.startPage()->isVisible());
        QTRY_VERIFY(heading() == nullptr);
    }

    void aGuestSeesThatTheyWait()
    {
        Stage stage;
        QVERIFY(stage.server.listen());
        stage.server.onRequest = [](const QJsonObject &request, QWebSocket *from) {
            if (request["type"_L1].toString() != "hello"_L1)
                return false;
            test::ScriptedServer::reply(from, request, { { u"type"_s, u"waiting"_s }, { u"user"_s, u"anna"_s }, { u"until"_s, Noon } });
            return true;
        };
        stage.begin();
        const auto isSaid = [&stage] {
            const auto labels = stage.window.findChildren<QLabel *>();
            return std::any_of(labels.begin(), labels.end(), [](const QLabel *label) {
                return label->isVisible() && label->text().startsWith(u"Somebody at ship.lan has to let you in."_s);
            });
        };
        QTRY_VERIFY(isSaid());
    }

    void guestsAreAnswered()
    {
        Stage stage;
        stage.server.role = u"owner"_s;
        QVERIFY(stage.comeOnline());
        auto *bar = stage.find<GuestBar>();
        QVERIFY(bar->isHidden());
        const auto wait = [&stage](const QString &user, bool isWaiting) {
            stage.server.send({ { u"type"_s, u"guest_waiting"_s }, { u"user"_s, user }, { u"address"_s, u"192.0.2.7"_s },
                                { u"timestamp"_s, Noon }, { u"is_waiting"_s, isWaiting } });
        };
        wait(u"Cy"_s, true);
        QTRY_VERIFY(bar->isVisible());
        auto *text = stage.find<QLabel>(u"guestText"_s);
        QCOMPARE(text->text(), u"Cy (from 192.0.2.7) waits to come in"_s);
        auto *letIn = stage.find<QPushButton>(u"letInButton"_s);
        QCOMPARE(letIn->accessibleName(), u"Let Cy in"_s);
        wait(u"Dee"_s, true);
        QTRY_COMPARE(text->text(), u"Cy (from 192.0.2.7) and 1 other wait to come in"_s);
        QTest::mouseClick(letIn, Qt::LeftButton);
        QTRY_COMPARE(stage.server.heard(u"admit"_s).size(), 1);
        QCOMPARE(stage.server.heard(u"admit"_s).first()["user"_L1].toString(), u"Cy"_s);
        QCOMPARE(stage.server.heard(u"admit"_s).first()["admit"_L1].toBool(), true);
        wait(u"Cy"_s, false);
        QTRY_COMPARE(text->text(), u"Dee (from 192.0.2.7) waits to come in"_s);
        QTest::mouseClick(stage.find<QPushButton>(u"turnAwayButton"_s), Qt::LeftButton);
        QTRY_COMPARE(stage.server.heard(u"admit"_s).size(), 2);
        QCOMPARE(stage.server.heard(u"admit"_s).last()["admit"_L1].toBool(), false);
        wait(u"Dee"_s, false);
        QTRY_VERIFY(bar->isHidden());
    }

    void menusAreForThoseInCharge_data()
    {
        QTest::addColumn<QString>("role");
        QTest::addColumn<bool>("mayBan");
        QTest::addColumn<bool>("mayGiveRoles");
        QTest::newRow("owner") << u"owner"_s << true << true;
        QTest::newRow("moderator") << u"moderator"_s << true << false;
        QTest::newRow("guest") << u"guest"_s << false << false;
    }
    void menusAreForThoseInCharge()
    {
        QFETCH(QString, role);
        QFETCH(bool, mayBan);
        QFETCH(bool, mayGiveRoles);
        Stage stage;
        stage.server.role = role;
        QVERIFY(stage.comeOnline());
        QMenu menu;
        emit stage.find<MembersPanel>()->menuOpening(&menu, Bo);
        for (const auto &text : { u"Mute…"_s, u"Remove from this room…"_s, u"Remove from the chat…"_s, u"Ban…"_s })
            QCOMPARE(entry(menu, text) != nullptr, mayBan);
        QCOMPARE(entry(menu, u"Make them"_s) != nullptr, mayGiveRoles);
        emit stage.find<Sidebar>()->menuRequested({});
        const auto *ofChat = stage.window.chatPage()->findChild<QMenu *>();
        QVERIFY(ofChat);
        for (const auto &text : { u"Ban an address…"_s, u"Bans and mutes…"_s, u"Audit log…"_s })
            QCOMPARE(entry(*ofChat, text) != nullptr, mayBan);
    }

    /// Nothing is offered that the server would refuse; which that is stands in tst_authority.
    void noMenuOffersWhatWouldBeRefused_data()
    {
        QTest::addColumn<QString>("role");
        QTest::addColumn<QString>("bos");
        QTest::addColumn<bool>("mayBan");
        QTest::newRow("a moderator, towards a member") << u"moderator"_s << u"member"_s << true;
        QTest::newRow("a moderator, towards another") << u"moderator"_s << u"moderator"_s << false;
        QTest::newRow("a moderator, towards an owner") << u"moderator"_s << u"owner"_s << false;
        QTest::newRow("an owner, towards a moderator") << u"owner"_s << u"moderator"_s << true;
        QTest::newRow("an owner, towards another") << u"owner"_s << u"owner"_s << false;
    }
    void noMenuOffersWhatWouldBeRefused()
    {
        QFETCH(QString, role);
        QFETCH(QString, bos);
        QFETCH(bool, mayBan);
        Stage stage;
        stage.server.role = role;
        stage.server.users = { QJsonObject { { u"user"_s, u"anna"_s }, { u"state"_s, u"online"_s }, { u"role"_s, role } },
                               QJsonObject { { u"user"_s, u"Bo"_s }, { u"state"_s, u"online"_s }, { u"role"_s, bos } } };
        QVERIFY(stage.comeOnline());
        QMenu menu;
        emit stage.find<MembersPanel>()->menuOpening(&menu, Bo);
        for (const auto &text : { u"Mute…"_s, u"Remove from this room…"_s, u"Remove from the chat…"_s, u"Ban…"_s })
            QCOMPARE(entry(menu, text) != nullptr, mayBan);
        QCOMPARE(entry(menu, u"Make them"_s) != nullptr, role == "owner"_L1);
    }

    /// What others said: for those in charge, but not in a conversation of two. So with the room's topic.
    void messagesAndTopicsOfOthers_data()
    {
        QTest::addColumn<QString>("role");
        QTest::addColumn<bool>("isDirect");
        QTest::addColumn<bool>("may");
        QTest::newRow("moderator") << u"moderator"_s << false << true;
        QTest::newRow("moderator, direct") << u"moderator"_s << true << false;
        QTest::newRow("member") << u"member"_s << false << false;
    }
    void messagesAndTopicsOfOthers()
    {
        QFETCH(QString, role);
        QFETCH(bool, isDirect);
        QFETCH(bool, may);
        Stage stage;
        stage.server.role = role;
        QJsonObject direct = Stage::room(u"dm:0123456789abcdef0123456789abcdef"_s, {});
        direct.insert(u"kind"_s, u"direct"_s);
        direct.insert(u"peer"_s, u"Bo"_s);
        stage.server.rooms.append(direct);
        const QString room = isDirect ? direct["room"_L1].toString() : u"lobby"_s;
        stage.server.addMessage(room, u"Bo"_s, u"spam"_s, Noon);
        QVERIFY(stage.comeOnline());
        stage.window.chatPage()->showRoom(*RoomId::parse(room));
        auto *timeline = stage.find<TimelineView>();
        QTRY_COMPARE(timeline->model()->rowCount(), 1);
        timeline->setFocus(Qt::TabFocusReason);
        timeline->setCurrentIndex(timeline->model()->index(0, 0));
        QTest::keyClick(timeline, Qt::Key_Delete);
        auto *accept = stage.find<QPushButton>(u"acceptButton"_s);
        QCOMPARE(accept != nullptr, may);
        if (may) {
            accept->click();
            QTRY_COMPARE(stage.server.heard(u"delete"_s).size(), 1);
        }
        emit stage.find<RoomHeader>()->menuRequested({});
        const auto *menu = stage.window.chatPage()->findChild<QMenu *>();
        QVERIFY(menu);
        QCOMPARE(entry(*menu, u"Change the topic…"_s) != nullptr, may);
    }

    void banIsAskedFor()
    {
        Stage stage;
        stage.server.role = u"owner"_s;
        QVERIFY(stage.comeOnline());
        QMenu menu;
        emit stage.find<MembersPanel>()->menuOpening(&menu, Bo);
        entry(menu, u"Ban…"_s)->trigger();
        auto *dialog = stage.find<SanctionDialog>();
        QVERIFY(dialog != nullptr);
        QCOMPARE(dialog->accessibleName(), u"Ban Bo?"_s);
        auto *length = dialog->findChild<QComboBox *>(u"lengthChoice"_s);
        QCOMPARE(length->currentText(), u"For 1 hour"_s);
        length->setCurrentIndex(length->findText(u"For 7 days"_s));
        QTest::keyClicks(dialog->findChild<QLineEdit *>(u"reasonField"_s), u"spam"_s);
        QTest::mouseClick(dialog->findChild<QPushButton *>(u"acceptButton"_s), Qt::LeftButton);
        QTRY_COMPARE(stage.server.heard(u"ban"_s).size(), 1);
        const QJsonObject ban = stage.server.heard(u"ban"_s).first();
        QCOMPARE(ban["user"_L1].toString(), u"Bo"_s);
        QCOMPARE(ban["for_seconds"_L1].toInt(), 604'800);
        QCOMPARE(ban["reason"_L1].toString(), u"spam"_s);
    }

    void onlyWhatMayBeLiftedIsOffered_data()
    {
        QTest::addColumn<QString>("role"); // one's own
        QTest::addColumn<QJsonArray>("users");
        QTest::addColumn<QJsonObject>("listed");
        QTest::addColumn<bool>("mayLift");
        const auto user = [](const QString &name, const QString &role) {
            return QJsonObject { { u"user"_s, name }, { u"state"_s, u"online"_s }, { u"role"_s, role } };
        };
        const auto ban = [](const QJsonValue &by) {
            QJsonObject entry { { u"user"_s, u"Cy"_s }, { u"timestamp"_s, Noon } };
            if (!by.isUndefined())
                entry.insert(u"by"_s, by);
            return QJsonObject { { u"bans"_s, QJsonArray { entry } }, { u"mutes"_s, QJsonArray {} } };
        };
        const auto mute = [](const QString &whom) {
            const QJsonObject entry { { u"user"_s, whom }, { u"by"_s, u"Dee"_s }, { u"timestamp"_s, Noon } };
            return QJsonObject { { u"bans"_s, QJsonArray {} }, { u"mutes"_s, QJsonArray { entry } } };
        };
        const QJsonArray people { user(u"Bo"_s, u"owner"_s), user(u"Dee"_s, u"moderator"_s), user(u"Cy"_s, u"guest"_s) };
        const QJsonValue commandLine(QJsonValue::Undefined);
        QTest::newRow("a moderator's") << u"moderator"_s << people << ban(u"Dee"_s) << true;
        QTest::newRow("an owner's") << u"moderator"_s << people << ban(u"Bo"_s) << false;
        QTest::newRow("an owner's, for an owner") << u"owner"_s << people << ban(u"Bo"_s) << true;
        QTest::newRow("the command line's") << u"moderator"_s << people << ban(commandLine) << false;
        QTest::newRow("the command line's, for an owner") << u"owner"_s << people << ban(commandLine) << true;
        QTest::newRow("one's own") << u"moderator"_s << people << ban(u"anna"_s) << true;
        QTest::newRow("nobody knows whose") << u"moderator"_s << people << ban(u"Zed"_s) << true; // the server will say
        QTest::newRow("a guest's mute") << u"moderator"_s << people << mute(u"Cy"_s) << true;
        QTest::newRow("a moderator's mute") << u"moderator"_s << people << mute(u"Dee"_s) << false;
        QTest::newRow("an owner's mute") << u"owner"_s << people << mute(u"Bo"_s) << false;
        QTest::newRow("one's own mute") << u"owner"_s << people << mute(u"anna"_s) << false;
    }
    void onlyWhatMayBeLiftedIsOffered()
    {
        QFETCH(QString, role);
        QFETCH(QJsonArray, users);
        QFETCH(QJsonObject, listed);
        QFETCH(bool, mayLift);
        Stage stage;
        stage.server.role = role;
        stage.server.users = users;
        stage.server.onRequest = [listed](const QJsonObject &request, QWebSocket *from) {
            if (request["type"_L1].toString() != "bans"_L1)
                return false;
            QJsonObject reply = listed;
            reply.insert(u"type"_s, u"bans"_s);
            test::ScriptedServer::reply(from, request, reply);
            return true;
        };
        QVERIFY(stage.comeOnline());
        stage.find<ModerationActions>()->showBans();
        auto *dialog = stage.find<ChooseDialog>();
        QVERIFY(dialog != nullptr);
        auto *list = dialog->findChild<QListWidget *>();
        QTRY_COMPARE(list->count(), 1);
        const auto buttons = dialog->findChild<QDialogButtonBox *>()->buttons();
        const auto lift = std::find_if(buttons.begin(), buttons.end(), [](const QAbstractButton *b) { return b->text() == "Lift"_L1; });
        QVERIFY(lift != buttons.end());
        QCOMPARE((*lift)->isEnabled(), mayLift);
        QCOMPARE(list->item(0)->text().endsWith(u"you cannot lift it"_s), !mayLift);
        emit list->itemActivated(list->item(0));
        stage.server.send({ { u"type"_s, u"muted"_s }, { u"room"_s, u"lobby"_s }, { u"is_muted"_s, true } }); // comes behind it
        QTRY_VERIFY(stage.find<Composer>()->field()->isReadOnly());
        QTRY_COMPARE(stage.server.heard(u"unban"_s).size() + stage.server.heard(u"unmute"_s).size(), mayLift ? 1 : 0);
    }

    void whoIsMutedReadsIt()
    {
        Stage stage;
        QVERIFY(stage.comeOnline());
        auto *composer = stage.find<Composer>();
        QTest::keyClicks(composer->field(), u"hi"_s);
        stage.server.send({ { u"type"_s, u"muted"_s }, { u"room"_s, u"lobby"_s }, { u"is_muted"_s, true }, { u"by"_s, u"Bo"_s }, { u"reason"_s, u"loud"_s } });
        QTRY_VERIFY(composer->field()->isReadOnly());
        QCOMPARE(composer->field()->accessibleDescription(), u"Bo muted you for good: loud"_s);
        QCOMPARE(composer->problem(), u"Bo muted you for good: loud"_s);
        QTest::keyClick(composer->field(), Qt::Key_Return);
        QCOMPARE(composer->text(), u"hi"_s); // it stays, for later
        stage.server.send({ { u"type"_s, u"muted"_s }, { u"room"_s, u"lobby"_s }, { u"is_muted"_s, false } });
        QTRY_VERIFY(!composer->field()->isReadOnly());
        QCOMPARE(composer->problem(), QString());
        QVERIFY(stage.server.heard(u"message"_s).isEmpty());
    }

    void closedAndSlowRoomsSayIt()
    {
        Stage stage;
        QVERIFY(stage.comeOnline());
        auto *field = stage.find<Composer>()->field();
        QCOMPARE(field->placeholderText(), u"Message #lobby"_s);
        stage.server.send({ { u"type"_s, u"restricted"_s }, { u"room"_s, u"lobby"_s }, { u"slow_mode_seconds"_s, 30 } });
        QTRY_COMPARE(field->placeholderText(), u"Message #lobby (one message every 30 seconds)"_s);
        stage.server.send({ { u"type"_s, u"restricted"_s }, { u"room"_s, u"lobby"_s }, { u"is_closed"_s, true } });
        QTRY_VERIFY(field->isReadOnly());
        QCOMPARE(stage.find<Composer>()->problem(), u"This room is closed. Only moderators can write in it."_s);
        QTest::keyClick(field, Qt::Key_Escape);
        QCOMPARE(stage.find<Composer>()->problem(), u"This room is closed. Only moderators can write in it."_s); // for as long as it holds
        // For a moderator neither holds.
        stage.server.send({ { u"type"_s, u"update"_s }, { u"resource"_s, u"user"_s }, { u"id"_s, u"anna"_s }, { u"user"_s, u"anna"_s },
                            { u"state"_s, u"online"_s }, { u"role"_s, u"moderator"_s } });
        QTRY_VERIFY(!field->isReadOnly());
        QCOMPARE(field->placeholderText(), u"Message #lobby"_s);
    }

    void auditLogIsReadPageByPage()
    {
        AuditDialog dialog(nullptr);
        dialog.setAttribute(Qt::WA_DeleteOnClose, false);
        QSignalSpy older(&dialog, &AuditDialog::olderRequested);
        auto *list = dialog.findChild<QListWidget *>(u"auditEntries"_s);
        auto *button = dialog.findChild<QPushButton *>(u"olderButton"_s);
        dialog.append({ { AuditEntry { .id = 7, .at = QDateTime::currentDateTimeUtc(), .by = Anna, .deed = Deed::Kick, .user = Bo, .reason = u"<b>loud</b>\nand more"_s } }, true });
        QCOMPARE(list->count(), 1);
        QVERIFY(list->item(0)->text().endsWith(u"anna removed Bo from the chat: <b>loud</b> and more"_s));
        dialog.resize(520, 420);
        dialog.show();
        QVERIFY(QTest::qWaitForWindowExposed(&dialog));
        const int oneLine = list->sizeHintForRow(0);
        button->click();
        QCOMPARE(older.size(), 1);
        QCOMPARE(older.first().first().toLongLong(), 7);
        QVERIFY(!button->isEnabled());
        dialog.append({ { AuditEntry { .id = 6, .at = QDateTime::currentDateTimeUtc(), .deed = Deed::CloseRoom, .room = RoomId::lobby() } }, false });
        QCOMPARE(list->count(), 2);
        QVERIFY(list->item(1)->text().endsWith(u"Whoever runs the server closed #lobby"_s));
        dialog.append({ { AuditEntry { .id = 5, .at = QDateTime::currentDateTimeUtc(), .by = Anna, .deed = Deed::Kick, .user = Bo, .reason = u"loud "_s.repeated(30) } }, false });
        QVERIFY(list->sizeHintForRow(2) > oneLine); // wrapped, and not cut off
        QVERIFY(!button->isEnabled());
    }

    void aRefusedLogSaysWhy()
    {
        Stage stage;
        stage.server.role = u"moderator"_s;
        stage.server.onRequest = [](const QJsonObject &request, QWebSocket *from) {
            if (request["type"_L1].toString() != "audit"_L1)
                return false;
            test::ScriptedServer::reply(from, request, { { u"type"_s, u"error"_s }, { u"code"_s, u"forbidden"_s },
                                                         { u"message"_s, u"Only <b>moderators</b> can see the audit log"_s }, { u"timestamp"_s, Noon } });
            return true;
        };
        QVERIFY(stage.comeOnline());
        QTest::keyClick(stage.window.chatPage(), Qt::Key_A, Qt::ControlModifier | Qt::ShiftModifier);
        auto *dialog = stage.find<AuditDialog>();
        QVERIFY(dialog != nullptr);
        const auto isSaid = [dialog] {
            const auto labels = dialog->findChildren<QLabel *>();
            return std::any_of(labels.begin(), labels.end(), [](const QLabel *label) {
                return label->text() == "Only moderators can do that. To a moderator, or to what an owner did, only an owner can; to an owner nobody."_L1;
            });
        };
        QTRY_VERIFY(isSaid());
    }

    void anEmptyLogSaysSo()
    {
        AuditDialog dialog(nullptr);
        dialog.setAttribute(Qt::WA_DeleteOnClose, false);
        dialog.append({});
        QVERIFY(dialog.findChild<QListWidget *>(u"auditEntries"_s)->isHidden());
    }

    void words_data()
    {
        QTest::addColumn<QString>("said");
        QTest::addColumn<QString>("expected");
        const QDateTime noon = QDateTime::fromString(Noon, Qt::ISODateWithMs);
        QTest::newRow("seconds") << ModerationWords::duration(45) << u"45 seconds"_s;
        QTest::newRow("a minute") << ModerationWords::duration(60) << u"1 minute"_s;
        QTest::newRow("hours") << ModerationWords::duration(7'200) << u"2 hours"_s;
        QTest::newRow("days") << ModerationWords::duration(604'800) << u"7 days"_s;
        QTest::newRow("for good") << ModerationWords::until({}, noon) << u"for good"_s;
        QTest::newRow("until today") << ModerationWords::until(noon.addSecs(60), noon) << u"until "_s + Words::timeOfDay(noon.addSecs(60));
        QTest::newRow("until tomorrow") << ModerationWords::until(noon.addDays(1), noon) << u"until tomorrow, "_s + Words::timeOfDay(noon);
        QTest::newRow("until later") << ModerationWords::until(noon.addDays(9), noon) << u"until Thursday, 3 December, "_s + Words::timeOfDay(noon);
        QTest::newRow("until another year") << ModerationWords::until(noon.addDays(90), noon) << u"until Monday, 22 February 2027, "_s + Words::timeOfDay(noon);
        QTest::newRow("off") << ModerationWords::slowMode(0) << u"Off"_s;
        QTest::newRow("a mute") << ModerationWords::mute({ Bo, RoomId::lobby(), Anna, noon, {}, {} }, noon) << u"Bo is muted in #lobby for good"_s;
        QTest::newRow("a ban") << ModerationWords::ban({ {}, u"192.0.2.0/24"_s, Anna, noon, {}, u"spam"_s }, noon) << u"192.0.2.0/24 is banned for good: spam"_s;
        const auto banned = [&noon](const QString &reason) { return ModerationWords::removedDetail({ Removal::Kind::Banned, Bo, {}, reason }, noon); };
        QTest::newRow("a sentence has its period") << banned({}) << u"Bo banned you for good."_s;
        QTest::newRow("but not two") << banned(u"Spam."_s) << u"Bo banned you for good: Spam."_s;
        QTest::newRow("nor beside another mark") << banned(u"Why?"_s) << u"Bo banned you for good: Why?"_s;
        QTest::newRow("what is not known") << ModerationWords::deed({ .by = Anna, .deed = Deed::Other }, noon) << u"anna did something that this version does not know"_s;
    }
    void words()
    {
        QFETCH(QString, said);
        QFETCH(QString, expected);
        QCOMPARE(said, expected);
    }
};

HEARTH_GUI_TEST_MAIN(tst_ModerationUi)
#include "tst_moderationui.moc"

#include "tests/support/testmain.h"
#include "tests/ui/codereader.h"
#include "tests/ui/stage.h"
#include "ui/choosedialog.h"
#include "ui/invitedialog.h"
#include "ui/invitewords.h"
#include "ui/memberspanel.h"
#include "ui/qrview.h"
#include "ui/timelineview.h"
#include "ui/translations.h"
#include "ui/words.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QFileDialog>
#include <QJsonArray>
#include <QLineEdit>
#include <QPrintDialog>
#include <QPrinter>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabBar>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;
using test::Stage;

namespace {

const QString Noon = u"2026-11-28T12:00:00.000Z"_s;
const QString Code = u"mZ0pYw7Qk1uXrB5cT2aE9g"_s;
const UserName Anna = *UserName::parse(u"anna");

QJsonObject invite(const QString &id, const QJsonObject &more = {})
{
    QJsonObject info { { u"invite"_s, id }, { u"role"_s, u"member"_s }, { u"timestamp"_s, Noon }, { u"used"_s, 0 } };
    for (auto it = more.begin(); it != more.end(); ++it)
        info.insert(it.key(), it.value());
    return info;
}

QJsonObject refusal(const QString &code, const QString &message)
{
    return { { u"type"_s, u"error"_s }, { u"code"_s, code }, { u"message"_s, message }, { u"timestamp"_s, Noon } };
}

/// A server that makes invites, as an owner or a member of it sees it.
class Inn : public Stage
{
public:
    explicit Inn(const QString &role = u"owner"_s)
    {
        server.role = role;
        server.onRequest = [this](const QJsonObject &request, QWebSocket *from) {
            const QString type = request["type"_L1].toString();
            QJsonObject reply;
            if (type == "create_invite"_L1 && refused.isEmpty()) {
                QJsonObject made = invite(u"i1"_s, { { u"by"_s, u"anna"_s } });
                for (const QString &key : { u"room"_s, u"role"_s, u"note"_s })
                    if (request.contains(key))
                        made.insert(key, request[key]);
                if (request.contains("uses"_L1))
                    made.insert(u"max_uses"_s, request["uses"_L1]);
                reply = { { u"type"_s, u"invite_created"_s }, { u"invite"_s, made }, { u"code"_s, Code } };
            } else if (type == "invites"_L1 && refused.isEmpty()) {
                reply = { { u"type"_s, u"invites"_s }, { u"invites"_s, held } };
            } else if (type == "revoke_invite"_L1 && refused.isEmpty()) {
                held = {};
                reply = { { u"type"_s, u"ack"_s } };
            } else if (type.contains("invite"_L1)) {
                reply = refused;
            }
            if (reply.isEmpty())
                return false;
            test::ScriptedServer::reply(from, request, reply);
            return true;
        };
    }
    /// Opens it; null where it does not.
    [[nodiscard]] InviteDialog *open()
    {
        window.chatPage()->invitePeople();
        return find<InviteDialog>();
    }
    template <typename Widget>
    [[nodiscard]] Widget *part(const QString &name = {})
    {
        auto *dialog = find<InviteDialog>();
        return dialog == nullptr ? nullptr : dialog->findChild<Widget *>(name);
    }
    void make() { part<QPushButton>(u"makeButton"_s)->click(); }
    [[nodiscard]] bool says(const QString &text)
    {
        const auto labels = find<InviteDialog>()->findChildren<QLabel *>();
        return std::any_of(labels.begin(), labels.end(),
                           [&](const QLabel *label) { return label->isVisible() && label->text().remove(QChar(0x200b)).replace(QChar(0xa0), u' ').contains(text); });
    }
    [[nodiscard]] QString link() { return part<QLineEdit>(u"linkField"_s)->text(); }

    QJsonArray held;
    QJsonObject refused; ///< instead of every answer about invites
};

void choose(QComboBox *choice, const QString &text) { choice->setCurrentIndex(choice->findText(text)); }

} // namespace

/// How others are invited, by those in charge and by the others.
class tst_InviteDialog : public test::Test
{
    Q_OBJECT

private slots:
    void initTestCase() { installTranslations(*qApp); }

    void makesAnInviteAndShowsItOnce()
    {
        Inn inn;
        QVERIFY(inn.comeOnline());
        inn.window.setHosting({ u"192.168.1.20"_s }, Fingerprint::ofKey("a key"));
        auto *dialog = inn.open();
        QVERIFY(dialog && dialog->isVisible());
        inn.make();
        QVERIFY(!inn.part<QPushButton>(u"makeButton"_s)->isEnabled()); // until there is an answer
        QTRY_VERIFY(inn.part<QrView>()->isVisible());
        // What nobody changed: a day, for a member, for as many as come.
        const QJsonObject asked = inn.server.heard(u"create_invite"_s).first();
        QCOMPARE(asked["for_seconds"_L1].toInt(), 86'400);
        QCOMPARE(asked["role"_L1].toString(), u"member"_s);
        QVERIFY(!asked.contains("uses"_L1) && !asked.contains("room"_L1) && !asked.contains("note"_L1));
        const QString link = u"hearth://192.168.1.20/?fp=%1&invite=%2"_s.arg(Fingerprint::ofKey("a key").toString(), Code);
        QCOMPARE(inn.link(), link);
        QVERIFY(inn.part<QLineEdit>(u"linkField"_s)->isReadOnly());
        QCOMPARE(test::readCode(inn.part<QrView>()->grab().toImage()), link);
        QCOMPARE(inn.part<QrView>()->accessibleDescription(), link);
        QCOMPARE(inn.part<QrView>()->size(), inn.part<QrView>()->sizeHint()); // all of it, however low the screen
        QVERIFY(inn.says(u"Lets people in as a member."_s));
        QVERIFY(inn.says(u"Holds for good, for as many as come."_s)); // as the server says
        QVERIFY(inn.part<QPushButton>(u"copyButton"_s)->hasFocus());
        inn.part<QPushButton>(u"copyButton"_s)->click();
        QCOMPARE(QGuiApplication::clipboard()->text(), link);
        QCOMPARE(inn.part<QPushButton>(u"copyButton"_s)->text(), u"Copied"_s);
        // And another one.
        inn.part<QPushButton>(u"anotherButton"_s)->click();
        QVERIFY(!inn.part<QrView>()->isVisible());
        inn.make();
        QTRY_COMPARE(inn.server.heard(u"create_invite"_s).size(), 2);
        QTRY_COMPARE(inn.part<QPushButton>(u"copyButton"_s)->text(), u"&Copy"_s);
    }

    void asksForWhatWasChosen()
    {
        Inn inn;
        QVERIFY(inn.comeOnline());
        inn.window.chatPage()->showRoom(*RoomId::parse(u"ops"));
        inn.find<QPushButton>(u"inviteButton"_s)->click(); // below the members of a public room
        QVERIFY(inn.find<InviteDialog>());
        QCOMPARE(inn.part<QComboBox>(u"roomChoice"_s)->currentText(), u"This chat and Operations"_s);
        choose(inn.part<QComboBox>(u"roleChoice"_s), u"Moderator"_s);
        QVERIFY(inn.says(u"can remove and ban"_s));
        choose(inn.part<QComboBox>(u"lengthChoice"_s), u"Good, until it is taken back"_s);
        choose(inn.part<QComboBox>(u"usesChoice"_s), u"10 people"_s);
        inn.part<QLineEdit>(u"noteField"_s)->setText(u"  the new\u2003ones "_s);
        inn.make();
        QTRY_COMPARE(inn.server.heard(u"create_invite"_s).size(), 1);
        const QJsonObject asked = inn.server.heard(u"create_invite"_s).first();
        QCOMPARE(asked["room"_L1].toString(), u"ops"_s);
        QCOMPARE(asked["role"_L1].toString(), u"moderator"_s);
        QCOMPARE(asked["uses"_L1].toInt(), 10);
        QCOMPARE(asked["note"_L1].toString(), u"the new ones"_s);
        QVERIFY(!asked.contains("for_seconds"_L1));
        QTRY_VERIFY(inn.part<QrView>()->isVisible());
        QCOMPARE(inn.link(), u"hearth://127.0.0.1:%1/ops?invite=%2"_s.arg(inn.server.port()).arg(Code));
        QVERIFY(inn.says(u"as a moderator, and into #ops."_s));
        QVERIFY(inn.says(u"on this computer only"_s)); // nobody else gets to 127.0.0.1
    }

    void offersWhatThereIs_data()
    {
        QTest::addColumn<QString>("role");
        QTest::addColumn<QString>("access");
        QTest::addColumn<QStringList>("roles");
        QTest::newRow("owner") << u"owner"_s << u"open"_s << QStringList { u"Member"_s, u"Guest"_s, u"Moderator"_s };
        QTest::newRow("moderator") << u"moderator"_s << u"open"_s << QStringList { u"Member"_s, u"Guest"_s };
        QTest::newRow("owner, accounts") << u"owner"_s << u"accounts"_s << QStringList { u"Member"_s, u"Moderator"_s };
        QTest::newRow("moderator, accounts") << u"moderator"_s << u"accounts"_s << QStringList();
    }
    void offersWhatThereIs()
    {
        QFETCH(QString, role);
        QFETCH(QString, access);
        QFETCH(QStringList, roles);
        Inn inn(role);
        inn.server.access = access;
        QVERIFY(inn.server.listen());
        inn.begin(u"a password"_s);
        QTRY_VERIFY(inn.window.chatPage() && inn.session->status().state == ConnectionStatus::State::Online);
        QVERIFY(inn.open());
        auto *choice = inn.part<QComboBox>(u"roleChoice"_s);
        QStringList offered;
        for (int i = 0; choice != nullptr && i < choice->count(); ++i)
            offered.append(choice->itemText(i));
        QCOMPARE(offered, roles);
        QVERIFY(!inn.part<QComboBox>(u"roomChoice"_s)); // in the lobby there is nothing to choose
        QVERIFY(inn.part<QTabBar>()->isVisible());
    }

    void othersSeeThePlainLink_data()
    {
        QTest::addColumn<QString>("role");
        QTest::addColumn<QString>("access");
        QTest::addColumn<QString>("said");
        QTest::newRow("member") << u"member"_s << u"open"_s << u"Whoever opens this link can join this chat."_s;
        QTest::newRow("guest") << u"guest"_s << u"password"_s << u"The chat's password is needed besides."_s;
        QTest::newRow("member, accounts") << u"member"_s << u"accounts"_s << u"needs an invite, which moderators make"_s;
    }
    void othersSeeThePlainLink()
    {
        QFETCH(QString, role);
        QFETCH(QString, access);
        QFETCH(QString, said);
        Inn inn(role);
        inn.server.access = access;
        QVERIFY(inn.server.listen());
        inn.begin(u"a password"_s);
        QTRY_VERIFY(inn.window.chatPage() && inn.session->status().state == ConnectionStatus::State::Online);
        inn.window.setHosting({ u"192.168.1.20"_s }, Fingerprint::ofKey("a key"));
        QTest::keyClick(inn.window.chatPage(), Qt::Key_I, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(inn.find<InviteDialog>());
        const QString link = u"hearth://192.168.1.20/?fp="_s + Fingerprint::ofKey("a key").toString();
        QCOMPARE(inn.link(), link);
        QCOMPARE(test::readCode(inn.part<QrView>()->grab().toImage()), link);
        QVERIFY(inn.says(said));
        QVERIFY(!inn.part<QTabBar>()->isVisible());
        QVERIFY(!inn.part<QPushButton>(u"makeButton"_s)->isVisible());
        QVERIFY(!inn.part<QPushButton>(u"anotherButton"_s)->isVisible());
        QCOMPARE(inn.server.heard(u"invites"_s).size(), 0);
    }

    void worksByKeyAlone()
    {
        Inn inn;
        QVERIFY(inn.comeOnline());
        QTest::keyClick(inn.window.chatPage(), Qt::Key_I, Qt::ControlModifier | Qt::ShiftModifier);
        auto *dialog = inn.find<InviteDialog>();
        QVERIFY(dialog);
        QApplication::setActiveWindow(dialog);
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return); // with what is proposed
        QTRY_VERIFY(inn.part<QrView>()->isVisible());
        QGuiApplication::clipboard()->clear();
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
        QCOMPARE(QGuiApplication::clipboard()->text(), inn.link());
        auto *tabs = inn.part<QTabBar>();
        tabs->setFocus();
        QTest::keyClick(tabs, Qt::Key_Right);
        QTRY_VERIFY(inn.says(u"No invite holds at the moment."_s));
        QVERIFY(tabs->hasFocus());
        QTest::keyClick(tabs, Qt::Key_Left);
        QVERIFY(inn.part<QPushButton>(u"makeButton"_s)->isVisible());
        QTest::keyClick(dialog, Qt::Key_Escape);
        QTRY_VERIFY(!inn.find<InviteDialog>());
    }

    /// Into a private room its members bring somebody; a conversation of two has nobody to be invited to it.
    void whatIsBelowTheMembers()
    {
        Inn inn;
        QJsonObject captains = Stage::room(u"captains"_s, u"Captains"_s);
        captains.insert(u"kind"_s, u"private"_s);
        QJsonObject direct = Stage::room(u"dm:0123456789abcdef0123456789abcdef"_s, {});
        direct.insert(u"kind"_s, u"direct"_s);
        direct.insert(u"peer"_s, u"Bo"_s);
        inn.server.rooms.append(captains);
        inn.server.rooms.append(direct);
        QVERIFY(inn.comeOnline());
        auto *button = inn.find<QPushButton>(u"inviteButton"_s);
        QCOMPARE(button->text(), u"Invite people…"_s);
        inn.window.chatPage()->showRoom(*RoomId::parse(u"captains"));
        QCOMPARE(button->text(), u"Invite somebody…"_s);
        button->click();
        QVERIFY(inn.find<ChooseDialog>() && !inn.find<InviteDialog>());
        inn.find<ChooseDialog>()->close();
        // A link for it is there too, for those who are not in the chat yet.
        QVERIFY(inn.open());
        QCOMPARE(inn.part<QComboBox>(u"roomChoice"_s)->currentText(), u"This chat"_s);
        QCOMPARE(inn.part<QComboBox>(u"roomChoice"_s)->itemText(1), u"This chat and Captains"_s);
        inn.find<InviteDialog>()->close();
        inn.window.chatPage()->showRoom(*RoomId::parse(u"dm:0123456789abcdef0123456789abcdef"));
        QVERIFY(button->isHidden());
        QTRY_VERIFY(!inn.find<InviteDialog>());
        QVERIFY(inn.open());
        QVERIFY(!inn.part<QComboBox>(u"roomChoice"_s));
    }

    /// Of several addresses of this computer each has its link.
    void eachAddressHasItsLink()
    {
        Inn inn;
        QVERIFY(inn.comeOnline());
        inn.window.setHosting({ u"192.168.1.20"_s, u"10.0.0.4:7400"_s });
        QVERIFY(inn.open());
        inn.make();
        QTRY_VERIFY(inn.part<QrView>()->isVisible());
        auto *choice = inn.part<QComboBox>(u"addressChoice"_s);
        QVERIFY(choice->isVisible());
        QCOMPARE(inn.link(), u"hearth://192.168.1.20/?invite="_s + Code);
        choice->setCurrentIndex(1);
        QCOMPARE(inn.link(), u"hearth://10.0.0.4:7400/?invite="_s + Code);
        QCOMPARE(test::readCode(inn.part<QrView>()->grab().toImage()), inn.link());
        inn.part<QPushButton>(u"copyButton"_s)->click();
        QCOMPARE(QGuiApplication::clipboard()->text(), inn.link());
    }

    void listsAndTakesBack()
    {
        Inn inn;
        inn.held = { invite(u"i1"_s, { { u"note"_s, u"<b>the new</b>\u202eones"_s }, { u"by"_s, u"Bo"_s }, { u"used"_s, 3 }, { u"max_uses"_s, 10 }, { u"room"_s, u"ops"_s } }),
                     invite(u"i2"_s, { { u"role"_s, u"moderator"_s } }) };
        QVERIFY(inn.comeOnline());
        QVERIFY(inn.open());
        QVERIFY(inn.server.heard(u"invites"_s).isEmpty());
        inn.part<QTabBar>()->setCurrentIndex(1);
        QVERIFY(inn.says(u"Looking them up…"_s));
        QTRY_VERIFY(inn.says(u"<b>the new</b>ones"_s)); // as it is, in one line, turned round by nothing
        QVERIFY(inn.says(u"for a member, into #ops · for good · 3 of 10 came in · by Bo"_s));
        QVERIFY(inn.says(u"For a moderator"_s));
        QVERIFY(inn.says(u"for good · nobody came in yet · by whoever runs the server"_s));
        auto *first = takeBackButtons(inn).first();
        QCOMPARE(first->accessibleName(), u"Take back: <b>the new</b>ones"_s);
        first->click();
        QVERIFY(!first->isEnabled());
        QTRY_VERIFY(inn.says(u"No invite holds at the moment."_s));
        QCOMPARE(inn.server.heard(u"revoke_invite"_s).first()["invite"_L1].toString(), u"i1"_s);
        inn.part<QTabBar>()->setCurrentIndex(0);
        QVERIFY(inn.part<QPushButton>(u"makeButton"_s)->isVisible());
    }

    /// As the server has it: moderators are an owner's business.
    void whatBringsModeratorsIsAnOwners()
    {
        Inn inn(u"moderator"_s);
        inn.held = { invite(u"i1"_s), invite(u"i2"_s, { { u"role"_s, u"moderator"_s } }) };
        QVERIFY(inn.comeOnline());
        QVERIFY(inn.open());
        inn.part<QTabBar>()->setCurrentIndex(1);
        QTRY_VERIFY(inn.says(u"For a moderator"_s));
        QCOMPARE(takeBackButtons(inn).size(), 1);
    }

    /// However many hold, the window shows what can be looked at, newest last.
    void aThousandAreNotAllShown()
    {
        Inn inn(u"moderator"_s);
        for (int i = 1; i <= 1'000; ++i)
            inn.held.append(invite(u"i%1"_s.arg(i)));
        QVERIFY(inn.comeOnline());
        QVERIFY(inn.open());
        inn.part<QTabBar>()->setCurrentIndex(1);
        QTRY_COMPARE(takeBackButtons(inn).size(), 50);
        QVERIFY(inn.says(u"Older ones hold as well."_s));
        // The Tab key goes down the list.
        QCOMPARE(inn.part<QTabBar>()->nextInFocusChain(), takeBackButtons(inn).first());
        takeBackButtons(inn).last()->click();
        QTRY_COMPARE(inn.server.heard(u"revoke_invite"_s).size(), 1);
        QCOMPARE(inn.server.heard(u"revoke_invite"_s).first()["invite"_L1].toString(), u"i1000"_s);
    }

    void theHostWhoIsAloneFindsIt()
    {
        Inn inn;
        inn.server.users = { QJsonObject { { u"user"_s, u"anna"_s }, { u"state"_s, u"online"_s }, { u"role"_s, u"owner"_s } } };
        QVERIFY(inn.comeOnline());
        emit inn.find<TimelineView>()->welcomeActionTriggered();
        QVERIFY(inn.find<InviteDialog>());
    }

    void savesAPicture()
    {
        Inn inn(u"member"_s);
        QVERIFY(inn.comeOnline());
        QVERIFY(inn.open());
        inn.part<QPushButton>(u"saveButton"_s)->click();
        auto *files = inn.part<QFileDialog>();
        QVERIFY(files);
        QCOMPARE(files->acceptMode(), QFileDialog::AcceptSave);
        const QString path = inn.directory.filePath(u"invite.png"_s);
        emit files->fileSelected(path);
        files->close();
        QTRY_VERIFY(QFile::exists(path) && !QImage(path).isNull());
        const QImage picture(path);
        QVERIFY(picture.width() >= 1'000);
        QCOMPARE(test::readCode(picture), inn.link());
    }

    void printsAPage()
    {
        Inn inn(u"member"_s);
        QVERIFY(inn.comeOnline());
        QVERIFY(inn.open());
        inn.part<QPushButton>(u"printButton"_s)->click();
        auto *printing = inn.part<QPrintDialog>();
        QVERIFY(printing);
        const QString path = inn.directory.filePath(u"invite.pdf"_s);
        printing->printer()->setOutputFormat(QPrinter::PdfFormat);
        printing->printer()->setOutputFileName(path);
        emit printing->accepted(printing->printer());
        printing->close();
        QFile page(path);
        QVERIFY(page.open(QIODevice::ReadOnly));
        QVERIFY(page.readAll().startsWith("%PDF"));
    }

    // ---- rainy ----

    void refusalsAreSaidThere_data()
    {
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("said");
        QTest::newRow("too many") << u"conflict"_s << u"There are too many invites. Take some back first."_s;
        QTest::newRow("not any more") << u"forbidden"_s << u"Only moderators can invite people, and only owners can invite moderators."_s;
        QTest::newRow("an older server") << u"unknown_type"_s << u"This chat runs an older version of Hearth, which knows no invites. Give people its address."_s;
        QTest::newRow("the room is gone") << u"not_found"_s << u"There is no such room. It may have been private, or closed."_s;
        QTest::newRow("the disk is full") << u"storage_full"_s << u"The host's disk is full."_s;
    }
    void refusalsAreSaidThere()
    {
        QFETCH(QString, code);
        QFETCH(QString, said);
        Inn inn;
        inn.refused = refusal(code, u"<b>No</b>"_s);
        QVERIFY(inn.comeOnline());
        QVERIFY(inn.open());
        inn.make();
        QTRY_VERIFY(inn.says(said));
        QVERIFY(inn.part<QPushButton>(u"makeButton"_s)->isEnabled());
        inn.refused = {};
        inn.make();
        QTRY_VERIFY(inn.part<QrView>()->isVisible());
        QVERIFY(!inn.says(said));
    }

    void aRefusedListSaysSo()
    {
        Inn inn;
        inn.refused = refusal(u"forbidden"_s, u"No"_s);
        QVERIFY(inn.comeOnline());
        QVERIFY(inn.open());
        inn.part<QTabBar>()->setCurrentIndex(1);
        QTRY_VERIFY(inn.says(u"Only moderators can invite people"_s));
        QVERIFY(!inn.says(u"Looking them up…"_s));
    }

    void whatHasEndedCannotBeTakenBack()
    {
        Inn inn;
        inn.held = { invite(u"i1"_s) };
        QVERIFY(inn.comeOnline());
        QVERIFY(inn.open());
        inn.part<QTabBar>()->setCurrentIndex(1);
        QTRY_COMPARE(takeBackButtons(inn).size(), 1);
        inn.refused = refusal(u"not_found"_s, u"No such invite"_s);
        takeBackButtons(inn).first()->click();
        QTRY_VERIFY(inn.says(u"That invite has ended already."_s));
        QVERIFY(takeBackButtons(inn).first()->isEnabled());
    }

    void withoutAConnectionItSaysSo()
    {
        Inn inn;
        QVERIFY(inn.comeOnline());
        QVERIFY(inn.open());
        inn.server.stop();
        QTRY_VERIFY(inn.session->status().state != ConnectionStatus::State::Online);
        inn.make();
        QTRY_VERIFY(inn.says(u"That needs a connection."_s));
    }

    void aPictureThatCannotBeSavedSaysSo()
    {
        Inn inn(u"member"_s);
        QVERIFY(inn.comeOnline());
        QVERIFY(inn.open());
        inn.part<QPushButton>(u"saveButton"_s)->click();
        auto *files = inn.part<QFileDialog>();
        emit files->fileSelected(inn.directory.filePath(u"nowhere/invite.png"_s));
        files->close();
        QTRY_VERIFY(inn.says(u"The picture could not be saved as"_s));
    }

    void anAnswerAfterItWasClosedIsLost()
    {
        Inn inn;
        QVERIFY(inn.comeOnline());
        auto *dialog = inn.open();
        inn.make();
        dialog->close();
        QTRY_COMPARE(inn.server.heard(u"create_invite"_s).size(), 1);
        QTRY_VERIFY(!inn.find<InviteDialog>());
        QVERIFY(inn.open());
        QVERIFY(inn.part<QPushButton>(u"makeButton"_s)->isVisible());
    }

    void words_data()
    {
        QTest::addColumn<QString>("said");
        QTest::addColumn<QString>("expected");
        const QDateTime noon = QDateTime::fromString(Noon, Qt::ISODateWithMs);
        InviteInfo invite { u"i"_s, {}, Role::Member, Anna, {}, noon, noon.addSecs(60), 1, 1 };
        QTest::newRow("for one") << InviteWords::validity(invite, noon) << u"Holds until %1, for one person."_s.arg(Words::timeOfDay(noon.addSecs(60)));
        QTest::newRow("on paper, another day") << InviteWords::sheetValidity(invite)
                                               << u"Holds until Saturday, 28 November 2026, %1, for one person."_s.arg(Words::timeOfDay(noon.addSecs(60)));
        QTest::newRow("one came") << InviteWords::detail(invite, noon).replace(QChar(0xa0), u' ') << u"until %1 · 1 of 1 came in · by anna"_s.arg(Words::timeOfDay(noon.addSecs(60)));
        invite.maxUses = 10;
        QTest::newRow("for ten") << InviteWords::validity(invite, noon) << u"Holds until %1, for 10 people."_s.arg(Words::timeOfDay(noon.addSecs(60)));
        invite.maxUses.reset();
        QTest::newRow("one, and more") << InviteWords::detail(invite, noon).replace(QChar(0xa0), u' ') << u"until %1 · 1 came in · by anna"_s.arg(Words::timeOfDay(noon.addSecs(60)));
        invite.room = RoomId::lobby();
        QTest::newRow("the lobby is the chat") << InviteWords::effect(invite) << u"Lets people in as a member."_s;
        QTest::newRow("a link") << InviteWords::invited({}) << u"This link invites you to the chat."_s;
        QTest::newRow("a link to a room") << InviteWords::invited(u"ops"_s) << u"This link invites you to the chat, and to its room #ops."_s;
    }
    void words()
    {
        QFETCH(QString, said);
        QFETCH(QString, expected);
        QCOMPARE(said, expected);
    }

private:
    static QList<QPushButton *> takeBackButtons(Inn &inn)
    {
        QList<QPushButton *> found;
        for (QPushButton *button : inn.find<InviteDialog>()->findChildren<QPushButton *>()) {
            if (button->isVisible() && button->accessibleName().startsWith(u"Take back"_s))
                found.append(button);
        }
        return found;
    }
};

HEARTH_GUI_TEST_MAIN(tst_InviteDialog)
#include "tst_invitedialog.moc"
